"""What the platform's codes mean, as tables: one for each endpoint, and within it by the version of its page.

A correction here is all that is needed: ``manage.py replay_receipts`` reads the stored pushes again by these tables.
The raw code and words are kept beside every meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from providers.contract.statuses import FailureClass, Verdict
from providers.contract.words import Words, gettext_noop


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a call or an SMS ended."""

    verdict: Verdict
    failure: FailureClass
    words: Words


def _delivered(text: str) -> Meaning:
    return Meaning(Verdict.DELIVERED, FailureClass.NONE, Words(text))


def _failed(text: str) -> Meaning:
    return Meaning(Verdict.UNDELIVERED, FailureClass.OTHER, Words(text))


CALL_SET_UP: Mapping[str, str] = MappingProxyType(
    {
        "0": "pages of the first version: success",
        "200": "pages of the second version and recordGroup: the code of SIP for a call that was set up",
    }
)
"""``terminationCode`` of pushVoiceReport and of the records of calls that is no failure, and which pages say so.

Whether the call was answered is told by its times."""

SMS_REPORT: Mapping[str, Meaning] = MappingProxyType({"0": _delivered(gettext_noop("The SMS was delivered."))})
"""``status`` of pushSmsReport."""

SMS_REPORT_OTHER_NUMBER = _failed(gettext_noop("The SMS was not delivered."))
"""The report page: any other number than 0 is failure."""

_RECORD_FAILED = _failed(gettext_noop("The provider's records count the SMS as failed."))
_UNDER_WAY = Meaning(
    Verdict.UNKNOWN,
    FailureClass.NONE,
    Words(gettext_noop("The provider has this SMS; its records do not say yet what became of it.")),
)
SMS_RECORD: Mapping[str, Meaning] = MappingProxyType(
    {
        "0": _delivered(gettext_noop("The provider's records count the SMS as successful.")),
        # getReport and getSentRcd write failure as 1 on some pages and as 2 on others.
        "1": _RECORD_FAILED,
        "2": _RECORD_FAILED,
        "-1": _UNDER_WAY,
        "": _UNDER_WAY,
    }
)
"""``status`` of getReport and getSentRcd."""


def unexplained(text: str, code: str) -> Meaning:
    """A code outside the table: neither success nor failure. *text* names ``code``."""
    return Meaning(Verdict.UNKNOWN, FailureClass.NONE, Words(text, {"code": code}))
