"""What a call report's codes mean, as small tables and one rule."""

from collections.abc import Mapping
from typing import Any

from providers.contract.statuses import FailureClass, Verdict
from providers.contract.words import Words, gettext_noop

from .meanings import CALL_SET_UP, Meaning
from .reading import text_of, time_of, whole_of

SIP_FAILURES: Mapping[int, FailureClass] = {
    403: FailureClass.BARRED,
    404: FailureClass.NO_SUCH_NUMBER,
    408: FailureClass.UNREACHABLE,
    410: FailureClass.NO_SUCH_NUMBER,
    480: FailureClass.NO_ANSWER,
    484: FailureClass.NO_SUCH_NUMBER,
    486: FailureClass.BUSY,
    487: FailureClass.NO_ANSWER,
    488: FailureClass.NETWORK,
    600: FailureClass.BUSY,
    603: FailureClass.REFUSED,
    604: FailureClass.NO_SUCH_NUMBER,
    606: FailureClass.NETWORK,
    607: FailureClass.REFUSED,
    608: FailureClass.BLACKLISTED,
}
"""The platform lists no codes; it says that they are those of SIP (RFC 3261, with 607 and 608 of RFC 8197 and 8688).
408 and 480 follow RFC 3398: the phone did not respond at all, and it rang unanswered."""

_WORDS: Mapping[FailureClass, str] = {
    FailureClass.NO_ANSWER: gettext_noop("The call was not answered."),
    FailureClass.BUSY: gettext_noop("The line was busy."),
    FailureClass.UNREACHABLE: gettext_noop("The phone could not be reached."),
    FailureClass.REFUSED: gettext_noop("The call was declined."),
    FailureClass.NO_SUCH_NUMBER: gettext_noop("There is no such number."),
    FailureClass.BARRED: gettext_noop("The network does not let this call through."),
    FailureClass.NETWORK: gettext_noop("The network failed."),
    FailureClass.BLACKLISTED: gettext_noop("The number is on a list of numbers that must not be called."),
}
_ANSWERED = Words(gettext_noop("The call was answered."))
_UNLISTED = gettext_noop("The call ended with code %(code)s, which the provider's documents do not explain.")
_CODELESS = Words(gettext_noop("The report does not say how the call ended."))


def call_end(report: Mapping[str, Any]) -> Meaning:
    """How the call of *report* (names in lower case) ended.

    Pages disagree on ``terminationCode``: "0" for success (older) or a SIP code, "200" for a call that was set up
    (newer). ``sipCode`` stands beside it on most pages.

    =====================  ==========================================  ==============================
    terminationCode        and                                         verdict
    =====================  ==========================================  ==============================
    300 to 699             whatever else is said                       undelivered
    0 or 200, or none      answered                                    delivered
    0 or 200, or none      not answered                                undelivered, by sipCode
    0 or 200               nothing is said about answering             delivered, unless sipCode fails
    none, sipCode 200      nothing is said about answering             delivered
    anything else          sipCode 300 to 699                          undelivered
    anything else          sipCode is no failure                       unknown
    =====================  ==========================================  ==============================

    "None" counts only together with a successful sipCode. Answered means an answer time, or a duration above 0. Not
    answered means that the report has either of the two, or an end time, and none of them shows an answer.
    """
    code, sip = text_of(report.get("terminationcode")), text_of(report.get("sipcode"))
    failures = [failure for failure in map(_sip_failure, (sip, code)) if failure]
    if (code or sip) not in CALL_SET_UP:
        return _undelivered(failures[0]) if failures else _unknown(code or sip)
    answered = _answered(report)
    if answered or (answered is None and not failures):
        return Meaning(Verdict.DELIVERED, FailureClass.NONE, _ANSWERED)
    return _undelivered(failures[0] if failures else FailureClass.NO_ANSWER)


def _undelivered(failure: FailureClass) -> Meaning:
    text = _WORDS.get(failure, gettext_noop("The call failed."))
    return Meaning(Verdict.UNDELIVERED, failure, Words(text))


def _unknown(code: str) -> Meaning:
    return Meaning(Verdict.UNKNOWN, FailureClass.NONE, Words(_UNLISTED, {"code": code}) if code else _CODELESS)


def _sip_failure(code: str) -> FailureClass | None:
    number = whole_of(code)
    if number is None or not 300 <= number <= 699:
        return None
    default = FailureClass.NETWORK if 500 <= number <= 599 else FailureClass.OTHER
    return SIP_FAILURES.get(number, default)


def _answered(report: Mapping[str, Any]) -> bool | None:
    if _shows_time(report.get("answertime")) or _shows(report.get("callduration")):
        return True
    said = (text_of(report.get(name)) for name in ("answertime", "callduration", "hanguptime"))
    return False if any(said) else None


def _shows(value: Any) -> bool:
    return text_of(value).strip("0") != ""


def _shows_time(value: Any) -> bool:
    """Every time begins with a digit; years such as 1 and 1970 are how systems write "never"."""
    return time_of(value) is not None or (text_of(value)[:1].strip("0").isdecimal() and not _is_never(text_of(value)))


def _is_never(text: str) -> bool:
    return text.startswith(("1970", "1900"))
