"""The platform's records in the sandbox: who was taken and what became of them, as its query pages show it."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, TypeVar

from providers.contract.abilities import Ability
from providers.contract.books import Booked, Books
from providers.contract.taken import Receipt

from .sandbox_checks import Refusal
from .sandbox_pushes import SUCCESS_CODES, voice_receipt

T = TypeVar("T")
CHINA = timezone(timedelta(hours=8))
CALLS = (Ability.VOICE_FILE, Ability.VOICE_TEXT)
MOST_IDS = 200
MOST_ROWS = 50_000
LARGEST_PAGE, USUAL_PAGE = 100, 25
LONGEST = timedelta(days=31)
SMS_KEPT, CALLS_KEPT = timedelta(days=90), timedelta(days=60)
REASONS = {"-11": "Time format error", "-14": "Parameter is empty"}

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_CALL_TIMES = ("submitTime", "callTime", "ringingTime", "answerTime", "hangupTime")
_ONLY_PUSHED = ("type", "ringDuration", "sipCode", "outRecallCount")


def sms_by_ids(query: Mapping[str, str], books: Books) -> dict[str, object]:
    """getReport: counts and the messages that it has; an id that it does not have is only counted."""
    ids = [one for one in query.get("msgIds", "").split(",") if one]
    if not 0 < len(ids) <= MOST_IDS:
        raise Refusal("-14")
    found = [booked for booked in books.with_ids(ids) if booked.taken.kind == Ability.SMS]
    lines = [_sms_line(booked, failed="1") for booked in found]
    counts = {name: str(sum(line["status"] == status for line in lines)) for name, status in _COUNTED}
    return {**counts, "nofound": str(len(set(ids)) - len(found)), "array": lines}


_COUNTED = (("success", "0"), ("fail", "1"), ("sending", "-1"))


def sms_by_time(query: Mapping[str, str], books: Books, now: float) -> dict[str, object]:
    """getSentRcd: at most 50,000 rows from ``startIndex`` on."""
    start, end = _span(query.get("startTime"), query.get("endTime"), now, SMS_KEPT, "-11")
    index = query.get("startIndex", "0")
    if not index.isdecimal():
        raise Refusal("-11")
    rows = books.between([Ability.SMS], start, end)[int(index) : int(index) + MOST_ROWS]
    lines = [_sms_line(booked, failed="2") for booked in rows]
    failed = sum(line["status"] == "2" for line in lines)
    return {"success": str(len(lines) - failed), "fail": str(failed), "array": lines}


def call_by_id(voice_id: str, books: Books) -> dict[str, object]:
    """recordGroup: one call."""
    found = [booked for booked in books.with_ids([voice_id]) if booked.taken.kind in CALLS]
    if not found:
        raise Refusal("-22")
    return {"data": _call_line(found[0])}


def calls_by_time(body: Mapping[str, Any], books: Books, now: float) -> dict[str, object]:
    """recordGroupQuery: one page of all calls, whatever application they were made with."""
    params = body.get("params")
    if not isinstance(params, dict):
        raise Refusal("-22")
    start, end = _span(params.get("strTime"), params.get("endTime"), now, CALLS_KEPT, "-22")
    rows, facts = page_of(books.between(CALLS, start, end), body)
    return {"data": {**facts, "searchCount": True, "records": [_call_line(booked) for booked in rows]}}


def page_of(rows: Sequence[T], body: Mapping[str, Any]) -> tuple[Sequence[T], dict[str, int]]:
    """The rows of the page that *body* asks for, and what is said about it."""
    page, size = _whole(body, "current", 1, 10**9), _whole(body, "size", USUAL_PAGE, LARGEST_PAGE)
    facts = {"total": len(rows), "size": size, "current": page, "pages": -(-len(rows) // size)}
    return rows[(page - 1) * size : page * size], facts


def _whole(body: Mapping[str, Any], name: str, usual: int, most: int) -> int:
    value = body.get(name, usual)
    if type(value) is not int or not 1 <= value <= most:
        raise Refusal("-22")
    return value


def _span(start: Any, end: Any, now: float, kept: timedelta, code: str) -> tuple[float, float]:
    first, last = _moment(start, code), _moment(end, code)
    if not timedelta(0) <= last - first <= LONGEST or first < datetime.fromtimestamp(now, UTC) - kept:
        raise Refusal(code)
    return first.timestamp(), last.timestamp()


def _moment(value: Any, code: str) -> datetime:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise Refusal(code)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise Refusal(code) from None


def _sms_line(booked: Booked, failed: str) -> dict[str, str]:
    # No page shows the caller's own id here, so it does not come back.
    taken, ended = booked.taken, booked.ended_at
    status = "-1" if ended is None else "0" if taken.code in SUCCESS_CODES else failed
    received = _iso(int((ended if ended is not None else taken.at) * 1000))
    return {"msgId": taken.provider_id, "number": taken.number, "receiveTime": received, "status": status}


def _call_line(booked: Booked) -> dict[str, object]:
    """The pushed report in the clothes of a record: times as ISO text, a call that is not over without its end."""
    taken, ended = booked.taken, booked.ended_at
    report = voice_receipt(taken, Receipt(taken.code), ended if ended is not None else taken.at)
    if ended is None:
        report |= {"answerTime": 0, "hangupTime": 0, "callDuration": 0, "chargedDuration": 0, "cost": "0"}
        report |= {"terminationCode": "", "terminationReason": "", "feedbackValue": "-1"}
    times = {name: _iso(report[name]) for name in _CALL_TIMES}
    return {name: value for name, value in {**report, **times}.items() if name not in _ONLY_PUSHED}


def _iso(milliseconds: Any) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, CHINA).isoformat() if milliseconds else ""
