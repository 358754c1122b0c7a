"""Reading text from outside: bytes of doubtful encoding, values of doubtful type."""

import json
import re
from collections.abc import Iterable
from typing import Any

MAX_BODY_BYTES = 64 * 1024
MAX_WORDS = 500

_BLANKS = " \t\r\n\u3000\xa0"

_CODE = re.compile(r"0|-?[1-9]\d{0,8}", re.ASCII)
_ID = re.compile(r"(?=.*[1-9])[0-9A-Za-z][0-9A-Za-z_-]{0,39}", re.ASCII)
_NEGATIVE = re.compile(r"-\d+")
_OTHER_THAN_ZERO = re.compile(r"[^\D0]")


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


def plain(value: Any) -> str:
    """A scalar as it is written, without blanks around it; anything else is empty."""
    return "" if value is None or isinstance(value, bool | dict | list) else str(value).strip(_BLANKS)


def code_of(value: Any) -> str:
    """A result code, number or text, or empty if it is not a whole number in its usual spelling ("2", "-6")."""
    text = plain(value)
    return text if _CODE.fullmatch(text) else ""


def usable_id(value: Any) -> str:
    """An id of a call or template, number or text of at most 40 signs, or empty.

    The provider writes 0 where there is none, other systems -1 or a word such as null: an id has digits other than
    zero, and no sign before them.
    """
    text = plain(value)
    return text if _ID.fullmatch(text) else ""


def means_no_id(value: Any) -> bool:
    """Whether what stands in the place of an id says that there is none: nothing, zeros, a word, a negative number."""
    text = clean(value, limit=MAX_BODY_BYTES)
    return _NEGATIVE.fullmatch(text) is not None or _OTHER_THAN_ZERO.search(text) is None


def members_of(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Members by lower-case name. What is told twice and differently is left out: nobody knows which one holds."""
    members: dict[str, Any] = {}
    torn = set()
    for spelled, value in pairs:
        name = spelled.strip().lower()
        if name in members and members[name] != value:
            torn.add(name)
        members[name] = value
    return {name: value for name, value in members.items() if name not in torn}


def json_value(text: str) -> Any:
    """JSON with broken numbers as text and with objects as :func:`members_of`; None if it is not JSON."""
    try:
        return json.loads(text, parse_float=str, parse_constant=str, object_pairs_hook=members_of)
    except (ValueError, RecursionError):
        return None


def json_members(text: str) -> tuple[str, dict[str, Any]] | None:
    """The members of a JSON object, also inside one wrapper object, whose name comes first; None if it is not one."""
    value = json_value(text)
    if not isinstance(value, dict):
        return None
    name, inner = next(iter(value.items())) if len(value) == 1 else ("", None)
    return (name, inner) if isinstance(inner, dict) else ("", value)
