"""What people may read later of an exchange: bounded, and without anything that lets somebody act in our name."""

import json
from collections.abc import Mapping
from typing import Any

from providers.contract.errors import Evidence
from providers.contract.http import HttpFailure, HttpRequest, HttpResponse
from providers.contract.messages import AccountAccess

from .payloads import Operation
from .reading import clean, decoded

SHOWN = 4000
SHOWN_OF_A_LIST = 600
SHOWN_ITEMS = 10
HIDDEN = "••••"
_TELLING = 8


class Redactor:
    """Takes an account's key, secret and signature out of texts, also where a server repeats them."""

    def __init__(self, access: AccountAccess, headers: Mapping[str, str]) -> None:
        key = str(access.credentials.get("api_key") or "")
        self._hidden = {
            str(access.credentials.get("api_secret") or ""): HIDDEN,
            headers.get("Sign", ""): HIDDEN,
            key: HIDDEN + key[-4:] if len(key) >= _TELLING else HIDDEN,
        }
        self._hidden.pop("", None)

    def __call__(self, text: str) -> str:
        for secret, shown in self._hidden.items():
            text = text.replace(secret, shown)
        return text


def evidence_of(
    operation: Operation, request: HttpRequest, outcome: HttpResponse | HttpFailure, hide: Redactor
) -> Evidence:
    """One exchange. Long lists of numbers are cut, and both sides end after 4,000 characters."""
    response = decoded(outcome.body)[: SHOWN * 4] if isinstance(outcome, HttpResponse) else outcome.detail
    return Evidence(
        operation=operation.name,
        request=clean(hide(_request_text(operation, request)), SHOWN),
        response=clean(hide(response), SHOWN),
        http_status=outcome.status if isinstance(outcome, HttpResponse) else 0,
        seconds=outcome.seconds,
    )


def _request_text(operation: Operation, request: HttpRequest) -> str:
    lines = [f"{request.method} {request.url}"]
    lines += [f"{name}: {HIDDEN if name == 'Sign' else value}" for name, value in request.headers.items()]
    if operation.payload is not None:
        lines += ["", json.dumps(_shortened(operation.payload), ensure_ascii=False, indent=1)]
    return "\n".join(lines)


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > SHOWN_OF_A_LIST:
        return f"{value[:SHOWN_OF_A_LIST]}… ({len(value)})"
    if isinstance(value, Mapping):
        return {name: _shortened(member) for name, member in value.items()}
    if isinstance(value, list):
        rest = [f"… ({len(value)})"] if len(value) > SHOWN_ITEMS else []
        return [*map(_shortened, value[:SHOWN_ITEMS]), *rest]
    return value
