"""Reading: the numbers that pages show, from the tallies and never from the recipients. Nothing here writes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Min, Sum
from django.utils import timezone

from campaigns.models import Campaign, Recipient, Tally
from campaigns.models.campaign import CACHED_ABOVE
from campaigns.models.statuses import FAILURE_LABELS, RecipientState
from notifyadmin.db.sql import fetch
from providers.contract.statuses import FailureClass

State = str
Counts = list[tuple[str, str, int]]

CACHED_SECONDS = 10
MILLIONTHS = 1_000_000

_FIGURES = """SELECT state, failure, currency, sum(amount), sum(talk_seconds), sum(cost) FROM campaigns_tally
    WHERE campaign_id = %s GROUP BY state, failure, currency"""

FAILED = (RecipientState.UNDELIVERED, RecipientState.REJECTED)
"""States that have a failure class."""


def tallies(campaign: Campaign) -> dict[State, int]:
    """How many recipients are in each state; the numbers sum to the campaign's total."""
    return tallies_of([campaign.pk])[campaign.pk]


def tallies_of(campaign_ids: Collection[int]) -> dict[int, dict[State, int]]:
    """:func:`tallies` of several campaigns in one query."""
    found: dict[int, dict[State, int]] = {pk: {} for pk in campaign_ids}
    rows = Tally.objects.filter(campaign__in=found).values_list("campaign_id", "state").annotate(n=Sum("amount"))
    for campaign_id, state, amount in rows:
        if amount:
            found[campaign_id][state] = amount
    return found


def counts(tally: Mapping[State, int]) -> Counts:
    """(state, label, number) of the states that somebody is in, in the order of the bar."""
    return [(state.value, str(state.label), tally[state]) for state in RecipientState if tally.get(state)]


class Line(NamedTuple):
    """One line of the counters, whatever they count: a campaign as a whole, or one day."""

    state: str
    failure: str
    currency: str
    amount: int
    talk_seconds: int
    cost: int


class Failure(NamedTuple):
    """How many were not reached, by state and class."""

    state: str
    failure: str
    number: int

    @property
    def label(self) -> str:
        return failure_label(self.failure)

    @property
    def state_label(self) -> str:
        return str(RecipientState(self.state).label)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a set of counters says: recipients by state and failure, seconds listened, amounts that receipts named."""

    states: dict[State, int]
    failures: tuple[Failure, ...]
    talk_seconds: int
    costs: dict[str, Decimal]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Figures":
        states: dict[State, int] = {}
        failures: dict[tuple[str, str], int] = {}
        costs: dict[str, int] = {}
        talk_seconds = 0
        for line in lines:
            states[line.state] = states.get(line.state, 0) + line.amount
            talk_seconds += line.talk_seconds
            if line.state in FAILED:
                key = (line.state, line.failure)
                failures[key] = failures.get(key, 0) + line.amount
            if line.cost or line.currency:
                costs[line.currency] = costs.get(line.currency, 0) + line.cost
        ranked = sorted((Failure(*key, number) for key, number in failures.items() if number), key=_rank)
        amounts = {currency: Decimal(cost) / MILLIONTHS for currency, cost in sorted(costs.items())}
        return cls({state: n for state, n in states.items() if n}, tuple(ranked), talk_seconds, amounts)

    def number(self, *states: str) -> int:
        """How many are in one of *states*."""
        return sum(self.states.get(state, 0) for state in states)

    @property
    def answered(self) -> int:
        return self.number(RecipientState.DELIVERED)

    @property
    def judged(self) -> int:
        """Those about whom a receipt says how it ended."""
        return self.number(RecipientState.DELIVERED, RecipientState.UNDELIVERED)

    @property
    def answered_percent(self) -> float | None:
        return 100 * self.answered / self.judged if self.judged > 0 else None

    @property
    def mean_seconds(self) -> float | None:
        """What an answered call was listened to on average, where any length is known."""
        return self.talk_seconds / self.answered if self.talk_seconds and self.answered > 0 else None


def _rank(failure: Failure) -> tuple[int, str, str]:
    return -failure.number, failure.state, failure.failure


def figures(campaign: Campaign) -> Figures:
    """All counts of a campaign in one query, past the ORM: pages ask every two seconds."""
    return Figures.of(Line(*row[:3], *map(int, row[3:])) for row in fetch(_FIGURES, [campaign.pk]))


def oldest_waiting(campaign: Campaign, states: Mapping[State, int]) -> datetime | None:
    """Since when the oldest waits for its receipt; not looked for in large campaigns."""
    if campaign.total > CACHED_ABOVE or not states.get(RecipientState.SUBMITTED):
        return None
    waiting = Recipient.objects.filter(campaign=campaign, state=RecipientState.SUBMITTED)
    oldest: datetime | None = waiting.aggregate(oldest=Min("submitted_at"))["oldest"]
    return oldest


def seconds_since(moment: datetime) -> int:
    return max(int((timezone.now() - moment).total_seconds()), 0)


def failure_label(failure: str) -> str:
    """A failure class as people read it."""
    return str(FAILURE_LABELS[FailureClass.known(failure) or FailureClass.OTHER])
