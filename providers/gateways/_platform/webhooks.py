"""What the platform pushes: reports of calls and SMS, and replies; one, a list, or a list in ``array``, by any door."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from providers.contract.events import ReceiptEvent, ReplyEvent
from providers.contract.multipart import multipart_fields
from providers.contract.push import PushBody, PushReading
from providers.contract.words import Words, gettext_noop

from .calls import call_end
from .meanings import SMS_REPORT, SMS_REPORT_OTHER_NUMBER, Meaning, unexplained
from .reading import RAW_LIMIT, amount_of, decoded, digits_of, json_of, text_of, time_of, whole_of

Report = Mapping[str, Any]
"""One report with its names in lower case and without the blanks that some pages have at their ends."""

_NOT_JSON = Words(gettext_noop("The body is not a JSON report."))
_NO_REPORT = Words(gettext_noop("The body holds no report of a call or an SMS, and no reply, that we could recognise."))
_REPLY_LIMIT = 2000
_FORM_LIMIT = 100_000
_KEYS = re.compile("[0-9*#]{1,20}")
_CALL_NAMES = frozenset({"voiceid", "terminationcode", "sipcode", "calledinfo"})


def read_push(push: PushBody) -> PushReading:
    """The reports of *push*. What cannot be recognised in a list does not hold up the rest of it."""
    content = json_of(push.body)
    if content is None:
        content = _fields_of(push) or None
    if not isinstance(content, dict | list):
        return PushReading(problem=_NOT_JSON)
    events = tuple(event for report in _reports(content) if (event := _event(report)))
    return PushReading(events) if events else PushReading(problem=_NO_REPORT)


def _fields_of(push: PushBody) -> dict[str, str]:
    """The fields of a form, in either encoding. All pages show JSON; a form is read for what it says."""
    content_type = push.content_type.strip().lower()
    if content_type.startswith("multipart/"):
        parts = multipart_fields(push.content_type, push.body[:_FORM_LIMIT]) or {}
        return {name: decoded(value) for name, value in parts.items()}
    if not content_type.startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl(decoded(push.body)[:_FORM_LIMIT]))


def _reports(content: Any) -> Iterator[Report]:
    if isinstance(content, dict) and isinstance(content.get("array"), list):
        content = content["array"]
    for item in content if isinstance(content, list) else [content]:
        if isinstance(item, dict):
            yield with_plain_names(item)


def with_plain_names(item: Mapping[Any, Any]) -> Report:
    """*item* as a :data:`Report`."""
    report: dict[str, Any] = {}
    for name, value in item.items():
        plain = str(name).strip().lower()
        if report.get(plain) in (None, ""):
            report[plain] = value
    return report


def _event(report: Report) -> ReceiptEvent | ReplyEvent | None:
    if _is_reply(report):
        return _reply_event(report)
    event = call_event(report) if _CALL_NAMES & report.keys() else _sms_event(report)
    return event if event and (event.provider_id or event.ref) else None


def _is_reply(report: Report) -> bool:
    """The reply page has a text and no status; every report of an SMS has a status."""
    return "content" in report and not _CALL_NAMES & report.keys() and not text_of(report.get("status"))


def _reply_event(report: Report) -> ReplyEvent | None:
    """What somebody wrote back (the page about two-way SMS). Its time has no zone; all pages write Beijing's."""
    number = digits_of(report.get("mobile"))
    if not number:
        return None
    text = text_of(report.get("content"), _REPLY_LIMIT)
    return ReplyEvent(text_of(report.get("msgid")), number, text, time_of(report.get("reply_time")))


def call_event(report: Report) -> ReceiptEvent:
    """A call, as pushes and records tell of it."""
    end = call_end(report)
    cost, currency = _cost_of_call(report)
    return ReceiptEvent(
        provider_id=text_of(report.get("voiceid")),
        ref=_our_reference(report.get("calledinfo")),
        number=digits_of(report.get("callee")),
        verdict=end.verdict,
        failure=end.failure,
        code=text_of(report.get("terminationcode")) or text_of(report.get("sipcode")),
        raw=text_of(report.get("terminationreason"), RAW_LIMIT),
        words=end.words,
        talk_seconds=whole_of(report.get("callduration")),
        submitted_at=time_of(report.get("submittime")),
        answered_at=time_of(report.get("answertime")),
        ended_at=time_of(report.get("hanguptime")),
        cost=cost,
        currency=currency,
        pressed=_pressed(report.get("feedbackvalue")),
        charged_seconds=whole_of(report.get("chargedduration")),
        redials=whole_of(report.get("outrecallcount")),
    )


def _pressed(feedback: Any) -> str:
    """The keys that the callee pressed (``feedbackValue``); -1 stands for none."""
    keys = text_of(feedback)
    return keys if _KEYS.fullmatch(keys) else ""


def _our_reference(called_info: Any) -> str:
    # Our reference comes first and has no blanks; what follows is the note that staff gave.
    words = text_of(called_info).split(maxsplit=1)
    return words[0] if words else ""


def _sms_event(report: Report) -> ReceiptEvent | None:
    """A report of one SMS. Without a status it is something else."""
    status = text_of(report.get("status"))
    if not status:
        return None
    end = _sms_end(status)
    detail = report.get("pricedetail")
    cost, currency = cost_of_sms(detail if isinstance(detail, dict) else {})
    return ReceiptEvent(
        provider_id=text_of(report.get("msgid")),
        ref=text_of(report.get("orderid")),
        number=digits_of(report.get("mobile")) or digits_of(report.get("number")),
        verdict=end.verdict,
        failure=end.failure,
        code=status,
        raw=text_of(report.get("reason"), RAW_LIMIT),
        words=end.words,
        # Pages disagree whether this is the time of sending or of the report; it is never before the former.
        reported_at=time_of(report.get("timestamp")),
        cost=cost,
        currency=currency,
    )


def _sms_end(status: str) -> Meaning:
    """By the table; a number that is not in it is a failure, anything else is not explained."""
    code = str(number) if (number := whole_of(status)) is not None else status
    if code in SMS_REPORT:
        return SMS_REPORT[code]
    if whole_of(status.removeprefix("-")) is None:
        text = gettext_noop("The report has status “%(code)s”, which the provider's documents do not explain.")
        return unexplained(text, status)
    return SMS_REPORT_OTHER_NUMBER


def _cost_of_call(report: Report) -> tuple[str, str]:
    currency = text_of(report.get("currency"), 10)
    if cost := amount_of(report.get("cost")):
        return cost, currency
    if cost := amount_of(report.get("costeur")):
        return cost, "EUR"
    cost = amount_of(report.get("settlepay"))
    return cost, currency if cost else ""


def cost_of_sms(detail: Mapping[str, Any]) -> tuple[str, str]:
    """Amount and currency out of ``pricedetail``."""
    if cost := amount_of(detail.get("pay")):
        return cost, text_of(detail.get("currency"), 10)
    cost = amount_of(detail.get("settlePay"))
    return cost, text_of(detail.get("settleCurrency"), 10) if cost else ""
