"""Asking for records: getReport and getSentRcd for SMS, recordGroup and recordGroupQuery for calls."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from providers.contract.abilities import Ability
from providers.contract.fields import Problem
from providers.contract.records import RecordFacts
from providers.contract.words import Words, gettext_noop

from .payloads import Operation
from .reading import BEIJING

_LONGEST = timedelta(days=31)
_OF_CALLS = RecordFacts(max_ids=1, longest=_LONGEST)
_OF_SMS = RecordFacts(max_ids=200, longest=_LONGEST)
RECORDS: Mapping[Ability, RecordFacts] = MappingProxyType(
    {Ability.VOICE_FILE: _OF_CALLS, Ability.VOICE_TEXT: _OF_CALLS, Ability.SMS: _OF_SMS}
)
"""Calls of the last two months, one id at a time (recordGroup); SMS of the last 90 days, 200 ids (getReport)."""

SMS_ROWS = 50_000
"""Most rows of one getSentRcd answer; a full one is continued by ``startIndex``."""
CALLS_PER_PAGE = 100
"""The largest page of recordGroupQuery."""


def problems(kind: Ability, fields: Mapping[str, Any]) -> Iterable[Problem]:
    """What the documents forbid: *fields* are the ids, or the two ends and the position of a listing."""
    facts, ids = RECORDS[kind], fields.get("ids")
    if ids is not None and not 0 < len(ids) <= facts.max_ids:
        text = gettext_noop("%(count)s ids cannot be asked for in one request; 1 to %(limit)s can.")
        yield Problem("ids", Words(text, {"count": len(ids), "limit": facts.max_ids}))
    if ids is not None and any(not one.strip() or "," in one for one in ids):
        yield Problem("ids", Words(gettext_noop("An id is empty or has a comma in it.")))
    if "start" in fields and not timedelta(0) < fields["end"] - fields["start"] <= facts.longest:
        text = gettext_noop("Records can be listed for at most %(days)s days, from an earlier to a later time.")
        yield Problem("end", Words(text, {"days": facts.longest.days}))
    position = fields.get("position", "")
    if position and not (position.isascii() and position.isdecimal()):
        yield Problem("position", Words(gettext_noop("This is no place in a listing.")))


def operation_by_id(kind: Ability, provider_ids: Sequence[str], app_id: str) -> Operation:
    """The one request for these ids."""
    if kind is Ability.SMS:
        return Operation("getReport", "GET", f"/getReport?{_query(appId=app_id, msgIds=','.join(provider_ids))}")
    return Operation("voice/recordGroup", "GET", f"/recordGroup/{quote(provider_ids[0], safe='')}")


def operation_by_time(kind: Ability, start: datetime, end: datetime, position: str, app_id: str) -> Operation:
    """The one request for this page of the listing, in whole seconds that leave nothing out."""
    end += timedelta(seconds=1) if end.microsecond else timedelta(0)
    if kind is Ability.SMS:
        query = _query(appId=app_id, startTime=_china(start), endTime=_china(end), startIndex=position or "0")
        return Operation("getSentRcd", "GET", f"/getSentRcd?{query}")
    params = {"strTime": _china(start), "endTime": _china(end)}
    payload = {"current": int(position or 1), "size": CALLS_PER_PAGE, "params": params}
    return Operation("voice/recordGroupQuery", "POST", "/recordGroupQuery", payload)


def _query(**fields: str) -> str:
    # The plus sign of a zone must not be read as a blank; commas between ids stay readable.
    return urlencode(fields, safe=",")


def _china(moment: datetime) -> str:
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")
