"""Reading: the numbers and rows that pages show. Nothing here writes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Min, Sum
from django.utils import timezone

from campaigns.models import Campaign, Recipient, Tally
from campaigns.statuses import FAILURE_LABELS, RecipientState
from providers.contract.statuses import FailureClass

State = str
Counts = list[tuple[str, str, int]]

CACHED_ABOVE = 20_000
CACHED_SECONDS = 10
"""Counting by reason reads every row of a campaign: some 80 ms for a million, too much for a page that polls."""


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


@dataclass(frozen=True, slots=True)
class Reach:
    """What receipts say so far: ``answered`` of ``judged``, the lengths listened (seconds), and why not."""

    judged: int
    answered: int
    median_seconds: float | None
    mean_seconds: float | None
    failures: tuple[tuple[str, int], ...]
    waiting: int
    oldest_waiting: datetime | None

    @property
    def waits_long(self) -> bool:
        """Whether the oldest has waited an hour or more, when seconds no longer matter."""
        return self.oldest_seconds >= 3600

    @property
    def oldest_seconds(self) -> int:
        """How long the oldest has waited for its receipt."""
        return int((timezone.now() - self.oldest_waiting).total_seconds()) if self.oldest_waiting else 0

    requests: int

    @property
    def answered_percent(self) -> float | None:
        return 100 * self.answered / self.judged if self.judged else None


def reach(campaign: Campaign) -> Reach:
    """The numbers beside the bar; for large campaigns at most some seconds old."""
    if campaign.total <= CACHED_ABOVE:
        return _reach(campaign)
    found: Reach = cache.get_or_set(f"reach-{campaign.pk}", lambda: _reach(campaign), CACHED_SECONDS)
    return found


def _reach(campaign: Campaign) -> Reach:
    rows = list(
        Recipient.objects.filter(campaign=campaign)
        .values_list("state", "failure")
        .annotate(n=Count("id"), oldest=Min("submitted_at"))
        .order_by()
    )
    states: dict[str, int] = {}
    for state, _, number, _ in rows:
        states[state] = states.get(state, 0) + number
    delivered, undelivered = states.get(RecipientState.DELIVERED, 0), states.get(RecipientState.UNDELIVERED, 0)
    oldest = [moment for state, _, _, moment in rows if state == RecipientState.SUBMITTED and moment]
    median, mean = _talk_seconds(campaign)
    return Reach(
        judged=delivered + undelivered,
        answered=delivered,
        median_seconds=median,
        mean_seconds=mean,
        failures=_failures((state, failure, number) for state, failure, number, _ in rows),
        waiting=states.get(RecipientState.SUBMITTED, 0),
        oldest_waiting=min(oldest, default=None),
        requests=campaign.submissions.count(),
    )


def _failures(rows: Iterable[tuple[str, str, int]]) -> tuple[tuple[str, int], ...]:
    sums: dict[str, int] = {}
    for state, failure, number in rows:
        if state in (RecipientState.UNDELIVERED, RecipientState.REJECTED):
            sums[failure] = sums.get(failure, 0) + number
    ranked = sorted(sums.items(), key=lambda pair: -pair[1])
    return tuple((_failure_label(failure), number) for failure, number in ranked)


def _failure_label(failure: str) -> str:
    known = failure in FailureClass._value2member_map_
    return str(FAILURE_LABELS[FailureClass(failure)] if failure and known else FAILURE_LABELS[FailureClass.OTHER])


def _talk_seconds(campaign: Campaign) -> tuple[float | None, float | None]:
    """Median and mean of the lengths listened, out of how often each length occurs."""
    rows = Recipient.objects.filter(campaign=campaign, state=RecipientState.DELIVERED, talk_seconds__isnull=False)
    lengths = list(rows.values_list("talk_seconds").annotate(n=Count("id")).order_by("talk_seconds"))
    number = sum(n for _, n in lengths)
    if not number:
        return None, None
    mean = sum(length * n for length, n in lengths) / number
    return _median(lengths, number), mean


def _median(lengths: Iterable[tuple[int, int]], number: int) -> float:
    below, lower = 0, None
    for length, n in lengths:
        below += n
        if lower is None and below * 2 >= number:
            lower = length
        if below * 2 > number:
            return ((length if lower is None else lower) + length) / 2
    return float(lower or 0)
