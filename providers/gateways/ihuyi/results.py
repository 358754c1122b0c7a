"""What the result codes of a call receipt mean (ihuyi voice notification API, section 6.2; there is no -7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from providers.contract.statuses import FailureClass, Verdict
from providers.contract.words import Words, gettext_noop


@dataclass(frozen=True, slots=True)
class Result:
    """How a call ended."""

    verdict: Verdict
    failure: FailureClass
    words: Words


def _missed(failure: FailureClass, text: str) -> Result:
    return Result(Verdict.UNDELIVERED, failure, Words(text))


RESULTS: Mapping[str, Result] = MappingProxyType(
    {
        "2": Result(Verdict.DELIVERED, FailureClass.NONE, Words(gettext_noop("The call was answered."))),
        "0": _missed(FailureClass.OTHER, gettext_noop("The call failed for a reason that the provider does not know.")),
        "-1": _missed(FailureClass.OFF, gettext_noop("The phone is switched off.")),
        "-2": _missed(FailureClass.SUSPENDED, gettext_noop("The number's service is suspended.")),
        "-3": _missed(FailureClass.UNREACHABLE, gettext_noop("The phone cannot be reached for now.")),
        "-4": _missed(FailureClass.BUSY, gettext_noop("The person is in another call.")),
        "-5": _missed(FailureClass.NO_SUCH_NUMBER, gettext_noop("The number does not exist.")),
        "-6": _missed(FailureClass.NO_ANSWER, gettext_noop("Nobody answered.")),
        "-8": _missed(FailureClass.BARRED, gettext_noop("The number does not take incoming calls.")),
        "-9": _missed(FailureClass.NETWORK, gettext_noop("The phone network was busy.")),
        "-10": _missed(FailureClass.BARRED, gettext_noop("Outgoing calls are restricted.")),
        "-11": _missed(FailureClass.BUSY, gettext_noop("The line was busy.")),
        "-12": _missed(FailureClass.REFUSED, gettext_noop("The person refused the call.")),
    }
)


def unexplained(code: str) -> Result:
    """A code outside the table: kept and shown, neither success nor failure."""
    text = gettext_noop("The provider reported the code %(code)s, which its document does not explain.")
    return Result(Verdict.UNKNOWN, FailureClass.NONE, Words(text, {"code": code}))
