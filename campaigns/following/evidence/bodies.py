"""What a provider pushed, as far as it concerns one recipient: no secret, nobody else's number, and not endless.

A push may hold a thousand reports. Whoever is shown or handed a page about one person must not read about the others.
"""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import unquote_plus

from django.utils.translation import ngettext

SHOWN = 4000
HIDDEN = "•••"
_SECRET = re.compile(r"(?i)(pass|secret|token|sign|apikey|api_key|appkey|credential)")
_FORM = re.compile(r"[\w.\[\]-]+=[^&]*(&[\w.\[\]-]+=[^&]*)*")


def shown(body: bytes, names: Collection[str]) -> str:
    """*body* for people. *names* are what the recipient is known by: number, the provider's id, our reference."""
    text = body.decode("utf-8", "replace").replace("\x00", "�").strip()
    try:
        content = json.loads(text)
    except ValueError:
        return _bounded(_form(text) if _FORM.fullmatch(text) else text)
    if not isinstance(content, dict | list):
        return _bounded(text)
    return _bounded(_json(content, {name for name in names if name}))


def _json(content: Any, names: set[str]) -> str:
    left_out, kept = _ours(content, names)
    written = json.dumps(_redacted(kept), ensure_ascii=False, indent=2 if left_out else None)
    if not left_out:
        return written
    text = ngettext(
        "(%(count)s report about somebody else in the same push is not shown)",
        "(%(count)s reports about others in the same push are not shown)",
        left_out,
    )
    return f"{written}\n{text % {'count': left_out}}"


def _ours(content: Any, names: set[str]) -> tuple[int, Any]:
    """How many reports were left out, and the rest: of a list, or of the list in ``array``, those with our names."""
    if isinstance(content, dict):
        inner = next(((key, value) for key, value in content.items() if _is_reports(value)), None)
        if inner is None:
            return 0, content
        left_out, kept = _ours(inner[1], names)
        return left_out, {**content, inner[0]: kept}
    kept = [item for item in content if not isinstance(item, dict) or names & known_by(item)]
    return (len(content) - len(kept), kept) if kept else (0, content) if len(content) < 2 else (len(content), [])


def _is_reports(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def known_by(item: Mapping[str, Any]) -> set[str]:
    """The numbers, ids and references in *item*, also out of lists that are joined by commas."""
    values = [str(value) for value in item.values() if isinstance(value, str | int)]
    found = {part.strip().lstrip("+") for value in values for part in value.split(",")}
    # A number is pushed with or without its country code.
    return found | {f"86{value}" for value in found if len(value) == 11}


def _redacted(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: HIDDEN if _SECRET.search(str(key)) else _redacted(value) for key, value in content.items()}
    return [_redacted(item) for item in content] if isinstance(content, list) else content


def _form(text: str) -> str:
    pairs = (part.partition("=") for part in text.split("&"))
    return "  ".join(
        f"{name}={HIDDEN if _SECRET.search(name) else unquote_plus(value)}" for name, _equals, value in pairs
    )


def _bounded(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
