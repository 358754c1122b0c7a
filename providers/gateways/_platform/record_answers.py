"""Reading records. They look like pushed reports in other clothes, but may also be of a call that is not over."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from providers.contract.abilities import Ability
from providers.contract.errors import Refused
from providers.contract.events import ReceiptEvent
from providers.contract.records import Records, RecordsAnswer
from providers.contract.statuses import FailureClass, Verdict
from providers.contract.words import Words, gettext_noop

from .exchanges import Exchange, envelope_or_end, unreadable
from .meanings import SMS_RECORD, unexplained
from .reading import Envelope, digits_of, text_of, time_of, whole_of
from .records import SMS_ROWS
from .webhooks import Report, call_event, cost_of_sms, with_plain_names

NOT_THERE = frozenset({"-14", "-22", "-24"})
"""Asked for one id, the id is the only value that these can be about: an id that is wrong or not there."""

_CALL_TAKEN = Words(gettext_noop("The provider has this call; its records do not say yet how it ended."))
_SMS_UNLISTED = gettext_noop("The record has status “%(code)s”, which the provider's documents do not explain.")


def answer_by_id(kind: Ability, asked: int, exchange: Exchange) -> RecordsAnswer:
    """The records of the ids that were asked for, *asked* of them."""
    answer = _answer(kind, exchange, lambda envelope: "")
    if isinstance(answer, Refused) and asked == 1 and answer.code in NOT_THERE:
        return Records(evidence=answer.evidence)
    return answer


def answer_by_time(kind: Ability, position: str, exchange: Exchange) -> RecordsAnswer:
    """One page of a listing that began at *position*, and where the next one begins."""
    following = _next_rows if kind is Ability.SMS else _next_page
    return _answer(kind, exchange, lambda envelope: following(envelope, position))


def _answer(kind: Ability, exchange: Exchange, following: Callable[[Envelope], str]) -> RecordsAnswer:
    envelope = envelope_or_end(exchange, 0)
    if not isinstance(envelope, Envelope):
        return envelope
    rows = _rows(kind, envelope.members)
    if rows is None:
        return unreadable(exchange, envelope)
    read = _sms_record if kind is Ability.SMS else _call_record
    events = [event for row in rows if (event := read(row)) and (event.provider_id or event.ref)]
    ended = tuple(event for event in events if event.verdict is not Verdict.UNKNOWN)
    taken = tuple(event for event in events if event.verdict is Verdict.UNKNOWN)
    return Records(ended, taken, following(envelope), exchange.evidence)


def _rows(kind: Ability, members: Mapping[str, Any]) -> list[Report] | None:
    """The records in an answer; None where there is no place for any, so that nothing is concluded from it."""
    name = "array" if kind is Ability.SMS else "data"
    if name not in members:
        return None
    content = members[name]
    if isinstance(content, dict) and "records" in content:
        content = content["records"]
    listed = content if isinstance(content, list) else [content]
    if any(row is not None and not isinstance(row, dict) for row in listed):
        return None
    return [with_plain_names(row) for row in listed if row]


def _next_rows(envelope: Envelope, position: str) -> str:
    rows = _rows(Ability.SMS, envelope.members) or []
    return str(int(position or 0) + len(rows)) if len(rows) >= SMS_ROWS else ""


def _next_page(envelope: Envelope, position: str) -> str:
    """The page after this one, by the number of pages that the answer names."""
    data = envelope.members.get("data")
    pages = whole_of(data.get("pages")) if isinstance(data, dict) else None
    page = int(position or 1)
    return str(page + 1) if page < (pages or 0) and _rows(Ability.VOICE_FILE, envelope.members) else ""


def _call_record(report: Report) -> ReceiptEvent:
    event = call_event(report)
    if _ended(report):
        return event
    return replace(event, verdict=Verdict.UNKNOWN, failure=FailureClass.NONE, words=_CALL_TAKEN)


def _ended(report: Report) -> bool:
    """Whether the call is over. A termination code of 0 alone may as well say that the call was accepted."""
    codes = [whole_of(report.get(name)) for name in ("terminationcode", "sipcode")]
    failed = any(code is not None and 300 <= code <= 699 for code in codes)
    return failed or bool(time_of(report.get("hanguptime"))) or bool(whole_of(report.get("callduration")))


def _sms_record(report: Report) -> ReceiptEvent:
    """getReport and getSentRcd."""
    status = text_of(report.get("status"))
    meaning = SMS_RECORD.get(status) or unexplained(_SMS_UNLISTED, status)
    detail = report.get("pricedetail")
    cost, currency = cost_of_sms(detail if isinstance(detail, dict) else {})
    return ReceiptEvent(
        provider_id=text_of(report.get("msgid")),
        # No page shows it here, unlike in reports and answers; should it come, it is ours.
        ref=text_of(report.get("orderid")),
        number=digits_of(report.get("number")) or digits_of(report.get("mobile")),
        verdict=meaning.verdict,
        failure=meaning.failure,
        code=status,
        raw="",
        words=meaning.words,
        reported_at=time_of(report.get("receivetime")),
        cost=cost,
        currency=currency,
    )
