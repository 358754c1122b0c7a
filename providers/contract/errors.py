"""Answers as values that carry decisions: who was accepted, may it be tried again, does it stop the account.

The four answers to a submission are :class:`Answered`, :class:`Refused` (as a whole), :class:`Unknown` and
:class:`NotSent`. There is no exception for what a provider says.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from .statuses import Concern, FailureClass
from .words import Words


class Accepted(NamedTuple):
    """The provider took this recipient; ``provider_id`` is what its receipts will carry (may be empty)."""

    ref: str
    provider_id: str


@dataclass(frozen=True, slots=True)
class RefusedCallee:
    """The provider refused this recipient alone. With ``retry_after`` (seconds) the reason passes by itself.

    ``frequency`` names the setting of the limit that the number has reached (see ``Gateway.frequencies``).
    """

    ref: str
    code: str
    raw: str
    words: Words
    failure: FailureClass = FailureClass.OTHER
    retry_after: float | None = None
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class UnclearCallee:
    """The answer is readable but does not say what became of this recipient."""

    ref: str
    words: Words


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen on the wire, already redacted, for people to read later.

    ``http_status`` is 0 when no answer came, ``seconds`` is the time from sending to the end of the answer.
    """

    operation: str = ""
    request: str = ""
    response: str = ""
    http_status: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """Every callee of the message stands in exactly one of the three lists."""

    accepted: tuple[Accepted, ...]
    refused: tuple[RefusedCallee, ...] = ()
    unclear: tuple[UnclearCallee, ...] = ()
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider refused the request as a whole, and nothing of it was taken.

    ``concern`` says what that means for the account. With ``retry_after`` (seconds) the reason passes by itself;
    without, and with a concern, the account waits for a person; without either, the callees are rejected.
    """

    code: str
    raw: str
    words: Words
    concern: Concern = Concern.NONE
    retry_after: float | None = None
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request left us and no readable answer came. Nobody may assume either way; it is not sent again."""

    words: Words
    code: str = ""
    raw: str = ""
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class NotSent:
    """No connection was made, so nothing was taken: it may be tried again after ``retry_after`` seconds."""

    words: Words
    retry_after: float = 30.0
    concern: Concern = Concern.NONE
    evidence: Evidence = Evidence()


SubmitAnswer = Answered | Refused | Unknown | NotSent


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left at the provider: an amount in ``unit``, a currency code or a word such as "units" or empty."""

    amount: Decimal
    unit: str
    parts: tuple[tuple[str, str], ...] = ()
    evidence: Evidence = Evidence()


BalanceAnswer = Balance | Refused | Unknown | NotSent


@dataclass(frozen=True, slots=True)
class TemplateTaken:
    """The provider took the template in for review (or, for a deletion, removed it; then without id)."""

    template_id: str
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class TemplateExists:
    """The provider says that this template exists already; its id is not told."""

    words: Words
    evidence: Evidence = Evidence()


@dataclass(frozen=True, slots=True)
class TemplateGone:
    """The provider does not know this template id (any more)."""

    words: Words
    evidence: Evidence = Evidence()


TemplateAnswer = TemplateTaken | TemplateExists | TemplateGone | Refused | Unknown | NotSent
