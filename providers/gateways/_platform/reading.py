"""Reading what the platform writes, in every form that was seen or is likely, without ever failing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

RAW_LIMIT = 500
ID_LIMIT = 100
CALL_ID_LIMIT = 64
"""Characters of an id that are kept whole. The longest in any document has 22."""
BEIJING = timezone(timedelta(hours=8))
"""All times of the pages are written with +08:00; one without a zone is taken as this."""

_STATUS = re.compile("0|-[1-9][0-9]{0,5}")
_NO_ID = re.compile(r"^-|[\s<>{}\[\]\"']|error|fail|invalid|exception|undefined", re.IGNORECASE)
_FOR_NONE = frozenset({"null", "none", "nil", "nan", "false", "true", "n/a", "na", "empty", "unknown", "success", "ok"})
_AMOUNT = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,12})?")
_NO_DIGIT = re.compile("[^0-9]+")
_DIGITS = re.compile("[0-9]{1,16}")
_CALENDAR = re.compile("20[0-9]{12}")
_YEARS = range(2000, 2100)
_SECONDS_END = 100_000_000_000  # As milliseconds this is the year 1973, so anything smaller is seconds.


@dataclass(frozen=True, slots=True)
class Envelope:
    """The common part of every answer: ``status`` is "0" or a negative number as text, ``reason`` its words.

    ``worded`` says whether the words are there as a text, ``literal`` whether the status is written as a text: all
    pages show both so.
    """

    status: str
    reason: str
    members: Mapping[str, Any]
    worded: bool = False
    literal: bool = False


def envelope_of(body: bytes) -> Envelope | None:
    """The envelope in *body* whatever its content type says, or None.

    A status that is neither 0 nor negative is not the platform's: web frameworks and proxies write
    ``{"status": 500, …}`` of their own, and that says nothing about what was taken. Nor do two different ones.
    """
    members = json_of(body)
    if not isinstance(members, dict):
        return None
    status, reason = text_of(members.get("status")), members.get("reason")
    if not _STATUS.fullmatch(status) or _has_two_statuses(body):
        return None
    worded, literal = isinstance(reason, str), isinstance(members["status"], str)
    return Envelope(status, text_of(reason, 4 * RAW_LIMIT), members, worded, literal)


def _has_two_statuses(body: bytes) -> bool:
    if body.count(b'"status"') < 2:
        return False
    pairs = json.loads(decoded(body), object_pairs_hook=list)
    return len({repr(value) for name, value in pairs if name == "status"}) > 1


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


def id_of(value: Any, limit: int = CALL_ID_LIMIT) -> str:
    """The id of a call, a message or a file, or nothing where what stands in its place cannot be one.

    Ids of calls are digits. Nothing is made of what systems write for "none" (0, -1, null and the like), of
    words about a failure, and of what is longer than can be kept: an id that two people share, or half an id, would
    give the one the other's receipt.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= limit:
        return value if value.strip("0") else ""  # as nearly all are, thousands in one answer
    text = text_of(value, limit + 1)
    if len(text) > limit or not text.strip("0") or _NO_ID.search(text) or text.lower() in _FOR_NONE:
        return ""
    return text


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
    """A moment written as milliseconds (number or digits), ISO 8601 or yyyyMMddHHmmss; 0, the unreadable, and what
    systems write for "never", such as the year 1, are None."""
    count = whole_of(value)
    try:
        if count is not None and _CALENDAR.fullmatch(text_of(value)):
            # As milliseconds this would be the year 2603 or later.
            moment = datetime.strptime(text_of(value), "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
        elif count is None:
            moment = datetime.fromisoformat(text_of(value))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
        else:
            moment = datetime.fromtimestamp(count if count < _SECONDS_END else count / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.year in _YEARS else None
