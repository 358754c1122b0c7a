"""What people may read later of an exchange: bounded, and without anything that lets somebody act in our name."""

import json
import re
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
_BASE64 = r"[A-Za-z0-9+/=\\]"


class Redactor:
    """Takes an account's key, secret and signature out of texts, also where a server repeats them.

    Of an *operation* that carries a file, the file too, even if only a part of it is repeated.
    """

    def __init__(self, access: AccountAccess, headers: Mapping[str, str], operation: Operation) -> None:
        key = str(access.credentials.get("api_key") or "")
        self._hidden = {
            str(access.credentials.get("api_secret") or ""): HIDDEN,
            headers.get("Sign", ""): HIDDEN,
            key: HIDDEN + key[-4:] if len(key) >= _TELLING else HIDDEN,
        }
        self._hidden.pop("", None)
        self._bulk: re.Pattern[str] | None = None
        if operation.payload and operation.bulk:
            head = re.escape(str(operation.payload[operation.bulk])[:12])
            self._bulk = re.compile(f"{head}{_BASE64}*|{_BASE64}{{60,}}")

    def __call__(self, text: str) -> str:
        for secret, shown in self._hidden.items():
            text = text.replace(secret, shown)
        return self._bulk.sub(HIDDEN, text) if self._bulk else text


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
        lines += ["", json.dumps(_shortened(_shown(operation)), ensure_ascii=False, indent=1)]
    return "\n".join(lines)


def _shown(operation: Operation) -> Mapping[str, Any]:
    """The body as people may see it: of a file only its size."""
    payload = operation.payload or {}
    if not operation.bulk:
        return payload
    encoded = str(payload[operation.bulk])
    size = len(encoded) * 3 // 4 - encoded.count("=")
    return {**payload, operation.bulk: f"… ({size} bytes)"}


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > SHOWN_OF_A_LIST:
        return f"{value[:SHOWN_OF_A_LIST]}… ({len(value)})"
    if isinstance(value, Mapping):
        return {name: _shortened(member) for name, member in value.items()}
    if isinstance(value, list):
        rest = [f"… ({len(value)})"] if len(value) > SHOWN_ITEMS else []
        return [*map(_shortened, value[:SHOWN_ITEMS]), *rest]
    return value
