"""What a provider tells us later, read into one form."""

from dataclasses import dataclass
from datetime import datetime

from .statuses import FailureClass, Review, Verdict
from .words import Words


@dataclass(frozen=True, slots=True)
class ReceiptEvent:
    """What happened to one recipient.

    ``provider_id`` and ``ref`` (our reference, where the provider echoes it; ``""`` otherwise) find the recipient,
    ``number`` (digits as pushed) guards against mix-ups. ``code`` and ``raw`` are the provider's own. Times are aware
    datetimes or None; ``talk_seconds`` is the time listened; ``cost`` is the amount as text in ``currency``.
    ``pressed`` is the key or keys that the callee pressed, ``charged_seconds`` the time that is charged for and
    ``redials`` how often the provider called again; empty or None where the provider does not report them.
    """

    provider_id: str
    ref: str
    number: str
    verdict: Verdict
    failure: FailureClass
    code: str
    raw: str
    words: Words
    talk_seconds: int | None = None
    submitted_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    reported_at: datetime | None = None
    cost: str = ""
    currency: str = ""
    pressed: str = ""
    charged_seconds: int | None = None
    redials: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewEvent:
    """What the provider decided about a voice template."""

    template_id: str
    review: Review
    code: str
    raw: str


@dataclass(frozen=True, slots=True)
class ReplyEvent:
    """A message that somebody wrote back.

    ``provider_id`` is the id that the provider gives with it (``""`` without one), ``number`` the digits of who wrote
    it as pushed, ``text`` what was written, ``replied_at`` an aware datetime or None.
    """

    provider_id: str
    number: str
    text: str
    replied_at: datetime | None = None


Event = ReceiptEvent | ReviewEvent | ReplyEvent
