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
    """The answer is readable but does not say what became of this recipient.

    ``provider_id`` is the id that the answer gives all the same, by which receipts may find the recipient; ``code`` and
    ``raw`` are the provider's own.
    """

    ref: str
    words: Words
    provider_id: str = ""
    code: str = ""
    raw: str = ""


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
    """The provider refused the request as a whole, and its documents say that nothing of it was taken.

    ``concern`` says what that means: with PASSING the reason passes by itself, after the ``retry_after`` seconds that
    the provider named or, without a number, after a pause that grows; with CAMPAIGN this campaign, with any other the
    account waits for a person and everybody in the request is pending again. Without a concern one callee alone is
    rejected; a group is asked for again in halves only if ``narrow`` says that the documents give this code for the
    content or for one number of a group.
    """

    code: str
    raw: str
    words: Words
    concern: Concern = Concern.NONE
    retry_after: float | None = None
    evidence: Evidence = Evidence()
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request left us and no answer came that the provider's documents explain.

    Nobody may assume either way; it is not sent again. With the ``concern`` ENDPOINT the address does not lead to the
    provider's API, and the account waits for a person.
    """

    words: Words
    code: str = ""
    raw: str = ""
    evidence: Evidence = Evidence()
    concern: Concern = Concern.NONE


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
