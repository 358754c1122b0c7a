"""What a provider answers when it is asked for its own records of what it took."""

from dataclasses import dataclass, field
from datetime import timedelta

from .errors import Evidence, NotSent, Refused, Unknown
from .events import ReceiptEvent


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """How records of one kind may be asked for.

    ``max_ids`` is the most ids in one request, ``longest`` the longest time between the two ends of a listing.
    """

    max_ids: int
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Records:
    """What the provider has.

    ``ended`` says what became of recipients, in the same form as pushes do. ``taken`` are recipients that the provider
    has without saying what became of them: events with the verdict "unknown", which only prove that it took them.
    ``next`` is the position at which the listing goes on, or empty when this is all of it.
    """

    ended: tuple[ReceiptEvent, ...] = ()
    taken: tuple[ReceiptEvent, ...] = ()
    next: str = ""
    evidence: Evidence = field(default_factory=Evidence)


RecordsAnswer = Records | Refused | Unknown | NotSent
