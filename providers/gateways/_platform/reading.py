"""Reading what the platform writes, in every form that was seen or is likely, without ever failing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

RAW_LIMIT = 500
ID_LIMIT = 100
BEIJING = timezone(timedelta(hours=8))
"""All times of the pages are written with +08:00; one without a zone is taken as this."""

_STATUS = re.compile("0|-[1-9][0-9]{0,5}")
_AMOUNT = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
_NO_DIGIT = re.compile("[^0-9]+")
_DIGITS = re.compile("[0-9]{1,16}")
_YEARS = range(2000, 2100)
_SECONDS_END = 100_000_000_000  # As milliseconds this is the year 1973, so anything smaller is seconds.


@dataclass(frozen=True, slots=True)
class Envelope:
    """The common part of every answer: ``status`` is "0" or a negative number as text, ``reason`` its words."""

    status: str
    reason: str
    members: Mapping[str, Any]


def envelope_of(body: bytes) -> Envelope | None:
    """The envelope in *body* whatever its content type says, or None.

    A status that is neither 0 nor negative is not the platform's: web frameworks and proxies write
    ``{"status": 500, …}`` of their own, and that says nothing about what was taken.
    """
    members = json_of(body)
    if not isinstance(members, dict):
        return None
    status = text_of(members.get("status"))
    if not _STATUS.fullmatch(status):
        return None
    return Envelope(status, text_of(members.get("reason"), 4 * RAW_LIMIT), members)


def json_of(body: bytes) -> Any:
    """The value in *body*, or None when it is not JSON."""
    try:
        return json.loads(decoded(body))
    except (ValueError, RecursionError):
        return None


def decoded(body: bytes) -> str:
    """Text of *body*: UTF-8 with or without a byte order mark, else the national encoding of Chinese servers."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def text_of(value: Any, limit: int = ID_LIMIT) -> str:
    """A text or whole number as clean text; anything else (also true and false) as nothing."""
    if isinstance(value, str) and value.isalnum() and value.isascii() and len(value) <= limit:
        return value  # as nearly all are, thousands in one answer
    if isinstance(value, int) and not isinstance(value, bool):
        # Python refuses to write out numbers of thousands of digits; no id is one.
        return str(value) if abs(value) < 10**ID_LIMIT else ""
    return clean(value, limit).strip() if isinstance(value, str) else ""


def clean(text: str, limit: int) -> str:
    """The beginning of *text* without what databases refuse: NUL and halves of surrogate pairs."""
    if text.isascii() and "\x00" not in text:
        return text[:limit]
    return text[:limit].encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def digits_of(value: Any) -> str:
    """A number as digits, without plus sign and blanks."""
    if isinstance(value, str) and value.isdecimal() and value.isascii() and len(value) <= ID_LIMIT:
        return value
    return _NO_DIGIT.sub("", text_of(value))


def amount_of(value: Any) -> str:
    """A decimal amount as text, or nothing."""
    text = repr(value) if isinstance(value, float) else text_of(value)
    return text if _AMOUNT.fullmatch(text) else ""


def whole_of(value: Any) -> int | None:
    """A count that is not negative, or None."""
    text = text_of(value)
    return int(text) if _DIGITS.fullmatch(text) else None


def time_of(value: Any) -> datetime | None:
    """A moment written as milliseconds (number or digits) or ISO 8601; 0, the unreadable, and what systems write for
    "never", such as the year 1, are None."""
    count = whole_of(value)
    try:
        if count is None:
            moment = datetime.fromisoformat(text_of(value))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
        else:
            moment = datetime.fromtimestamp(count if count < _SECONDS_END else count / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year in _YEARS else None
