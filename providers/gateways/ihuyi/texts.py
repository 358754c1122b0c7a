"""Reading text from outside: bytes of doubtful encoding, values of doubtful type."""

import json
import re
from typing import Any

MAX_BODY_BYTES = 64 * 1024
MAX_WORDS = 500

_CODE = re.compile(r"-?\d{1,9}", re.ASCII)
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def decoded(body: bytes) -> str:
    """*body* as text: UTF-8 as documented, else the Chinese encoding that older systems still write."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def clean(value: Any, limit: int = MAX_WORDS) -> str:
    """A scalar as one bounded line that every store and screen can hold; anything else is empty."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    text = str(value)
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return text.strip()[:limit]


def code_of(value: Any) -> str:
    """A result code, number or text, in its one spelling ("2", "-6"), or empty if it is not a whole number."""
    text = clean(value)
    return str(int(text)) if _CODE.fullmatch(text) else ""


def usable_id(value: Any) -> str:
    """An id of a call or template, number or text, or empty: the provider writes 0 where there is none."""
    text = clean(value, limit=100)
    return text if _ID.fullmatch(text) and text.strip("0") else ""


def json_members(text: str) -> dict[str, Any] | None:
    """The members of a JSON object by lower-case name, also inside one wrapper object; None if it is not one."""
    try:
        value = json.loads(text, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    inner = next(iter(value.values())) if len(value) == 1 else None
    members = inner if isinstance(inner, dict) else value
    return {name.strip().lower(): member for name, member in members.items()}
