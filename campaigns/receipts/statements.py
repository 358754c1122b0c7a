"""What a provider said about one recipient, on its way into the table of receipts."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from providers.contract.events import ReceiptEvent

MOST_SECONDS = 24 * 60 * 60
"""No call lasts longer; a provider that says so means something else."""

MOST_REDIALS = 1000
MOST_KEYS = 32
"""Characters of the keys that one callee pressed."""

YEARS = range(2000, 2100)
"""What is said to have happened in others was meant otherwise, and some of it no database gives back."""

RECORDS = "records"
"""The door of what we asked for, where a push has the name of the door that it came by."""


@dataclass(slots=True)
class Statement:
    """One row of receipts before it is one, and whom it concerns as far as that is known; see models.Receipt."""

    account_id: int
    push_id: int | None
    door: str
    fingerprint: str
    provider_id: str
    reference: str
    number: str
    verdict: str
    failure: str
    code: str
    raw: str
    reason: str
    talk_seconds: int | None
    answered_at: datetime | None
    reported_at: datetime | None
    cost: str
    currency: str
    received_at: datetime
    pressed: str = ""
    charged_seconds: int | None = None
    redials: int | None = None
    times: int = 1
    recipient_id: int | None = None
    matched_by: str = ""
    mismatch: bool = False


def statement_of(
    account_id: int, event: ReceiptEvent, at: datetime, push_id: int | None = None, door: str = RECORDS
) -> Statement:
    """What *event* says, received *at*."""
    return Statement(
        account_id,
        push_id,
        door[:20],
        fingerprint(event),
        event.provider_id[:64],
        event.ref[:64],
        event.number[:20],
        event.verdict.value,
        event.failure.value,
        event.code[:40],
        event.raw[:300],
        event.words.pack(),
        _seconds(event.talk_seconds),
        _time(event.answered_at),
        _time(event.reported_at) or _time(event.ended_at),
        event.cost[:24],
        event.currency[:8],
        at,
        _keys(event.pressed),
        _seconds(event.charged_seconds),
        _count(event.redials),
    )


def fingerprint(event: ReceiptEvent) -> str:
    """Equal for equal statements. Only of the provider's own facts, so that a corrected table finds them again.

    The keys are one of them where there are any: pressed 1 and pressed 2 of one call are two statements, and both are
    kept. Without keys it is what it always was, so that what was stored before they were read is found again. The time
    charged for and the redials are none, like the cost: whoever says the same with and without them says it twice.
    """
    said = (event.provider_id, event.ref, event.number, event.code, event.raw, event.talk_seconds)
    # With its times: what is told of a call before its end and after it may be alike in everything else.
    told: tuple[object, ...] = (*said, event.reported_at, event.answered_at, event.ended_at)
    if _keys(event.pressed):
        told = (*told, _keys(event.pressed))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:40]


def collect(statements: dict[str, Statement], statement: Statement) -> None:
    """Put *statement* among *statements* by its fingerprint, or count the one that says the same."""
    known = statements.setdefault(statement.fingerprint, statement)
    if known is not statement:
        known.times += 1
        known.charged_seconds = _most(known.charged_seconds, statement.charged_seconds)
        known.redials = _most(known.redials, statement.redials)


def _time(told: datetime | None) -> datetime | None:
    return told if told is not None and told.year in YEARS else None


def _seconds(told: int | None) -> int | None:
    return told if told is not None and 0 <= told <= MOST_SECONDS else None


def _count(told: int | None) -> int | None:
    return told if told is not None and 0 <= told <= MOST_REDIALS else None


def _keys(told: str) -> str:
    """Keys as they are shown and looked for."""
    return "".join(told.split())[:MOST_KEYS]


def _most(one: int | None, other: int | None) -> int | None:
    """The larger, whichever came first."""
    return max((each for each in (one, other) if each is not None), default=None)
