"""Sums by day and campaign, out of what moved. No recipient is read, so it is as quick for millions of them."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from campaigns.counters.rollups.reading import GONE
from campaigns.counters.selectors import Failure, Figures, Line
from campaigns.following.recipients.said import VAGUE, Key, samples_of
from campaigns.lifecycle.costs.spent import Amounts, spent, together, written
from campaigns.models import Campaign, KeyCount, Movement, Tally
from campaigns.models.keys import ranked
from campaigns.models.statuses import CampaignKind, RecipientState
from providers.models import Account

from .periods import Period

MOST_SAMPLED = 20
"""Campaigns, with a state and a class, in which it is looked for what a provider said."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One campaign on one day: the smallest thing that a report knows. ``is_named`` says that receipts of the campaign,
    of whatever day, name what it costs; ``keys`` are those that became known to be pressed, with how often."""

    day: date
    campaign: Campaign
    lines: tuple[Line, ...]
    is_named: bool = False
    keys: tuple[tuple[str, int], ...] = ()

    @property
    def figures(self) -> Figures:
        return Figures.of(self.lines)

    @property
    def cost(self) -> tuple[Amounts, bool]:
        """Amounts by currency, and whether they are reckoned."""
        found = spent(self.campaign, self.figures, is_named=self.is_named)
        return found.amounts, found.reckoned and bool(found.amounts)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report: cells that have something in common."""

    label: str
    figures: Figures
    amounts: dict[str, Decimal]
    reckoned: bool
    url: str = ""
    calls_answered: int = 0
    keys: tuple[tuple[str, int], ...] = ()

    @property
    def mean_seconds(self) -> float | None:
        """What an answered call was listened to on average; messages are delivered and not listened to."""
        talked = self.figures.talk_seconds
        return talked / self.calls_answered if talked and self.calls_answered > 0 else None

    @property
    def sent(self) -> int:
        return self.figures.number(*GONE)

    @property
    def answered(self) -> int:
        return self.figures.answered

    @property
    def failed(self) -> int:
        return self.figures.number(RecipientState.UNDELIVERED)

    @property
    def refused(self) -> int:
        return self.figures.number(RecipientState.REJECTED)

    @property
    def open(self) -> int:
        """Sent without a receipt: waiting for it, unknown, or waited for in vain. Below zero on days when more receipts
        came than was sent."""
        return self.sent - self.answered - self.failed

    @property
    def cost(self) -> str:
        return written(self.amounts)

    @property
    def classes(self) -> list[tuple[str, int]]:
        """Why people were not reached, whether it was found out by the provider or on the way; most first."""
        sums: dict[str, int] = {}
        for failure in self.figures.failures:
            sums[failure.label] = sums.get(failure.label, 0) + failure.number
        return sorted(((label, number) for label, number in sums.items() if number), key=lambda pair: -pair[1])

    @property
    def shares(self) -> list[tuple[str, Any, int]]:
        """For a bar: what came of them."""
        states = (RecipientState.DELIVERED, RecipientState.UNDELIVERED, RecipientState.REJECTED)
        known = [(state.value, state.label, max(self.figures.number(state), 0)) for state in states]
        return [*known, (RecipientState.SUBMITTED.value, RecipientState.SUBMITTED.label, max(self.open, 0))]


def cells(period: Period, account: Account | None = None, kind: str = "") -> list[Cell]:
    """What happened in *period* by day and campaign; test sends count nowhere. Four queries."""
    concerned = _concerned(account, kind)
    moved = Movement.objects.filter(concerned, minute__gte=period.start, minute__lt=period.end)
    day = TruncDate("minute", tzinfo=timezone.get_current_timezone())
    keys = ("day", "campaign_id", "state", "failure", "currency")
    sums = {"n": Sum("amount"), "talked": Sum("talk_seconds"), "costs": Sum("cost")}
    rows = moved.annotate(day=day).order_by("day", "campaign_id").values_list(*keys).annotate(**sums)
    lines: dict[tuple[date, int], list[Line]] = {}
    for on, campaign_id, *line in rows:
        lines.setdefault((on, campaign_id), []).append(Line(*line))
    pressed = _pressed(period, concerned)
    places = sorted({*lines, *pressed})
    campaigns = Campaign.objects.select_related("account").in_bulk({campaign_id for _day, campaign_id in places})
    named = _named(campaigns)
    return [
        Cell(on, campaigns[pk], tuple(lines.get((on, pk), ())), pk in named, tuple(pressed.get((on, pk), ())))
        for on, pk in places
        if pk in campaigns
    ]


def _concerned(account: Account | None, kind: str) -> Q:
    """The campaigns that a report is about."""
    found = Q(campaign__test_of=None)
    if account is not None:
        found &= Q(campaign__account=account)
    return found & Q(campaign__kind=kind) if kind else found


def _pressed(period: Period, concerned: Q) -> dict[tuple[date, int], list[tuple[str, int]]]:
    """By day and campaign the keys with how often they were pressed, most first."""
    counted = KeyCount.objects.filter(concerned, at__gte=period.start, at__lt=period.end)
    day = TruncDate("at", tzinfo=timezone.get_current_timezone())
    rows = counted.annotate(day=day).order_by().values_list("day", "campaign_id", "pressed")
    found: dict[tuple[date, int], list[tuple[str, int]]] = {}
    for on, campaign_id, pressed, number in rows.annotate(n=Sum("amount")):
        if number:
            found.setdefault((on, campaign_id), []).append((pressed, number))
    return found


def _named(campaign_ids: Collection[int]) -> set[int]:
    """The campaigns of which receipts name a cost."""
    rows = Tally.objects.filter(campaign__in=campaign_ids).order_by().values_list("campaign_id", "currency")
    return {pk for pk, _currency, cost in rows.annotate(costs=Sum("cost")) if cost}


def total(found: Iterable[Cell], label: str = "", url: str = "") -> Row:
    """All cells as one row."""
    kept = list(found)
    costs = [cell.cost for cell in kept]
    figures = Figures.of(line for cell in kept for line in cell.lines)
    amounts, reckoned = together(amounts for amounts, _ in costs), any(reckoned for _, reckoned in costs)
    calls = sum(cell.figures.answered for cell in kept if cell.campaign.kind != CampaignKind.SMS)
    return Row(label, figures, amounts, reckoned, url, calls, keys_of(kept))


def keys_of(found: Iterable[Cell]) -> tuple[tuple[str, int], ...]:
    """The keys that were pressed in all cells together, most first."""
    sums: Counter[str] = Counter()
    for cell in found:
        sums.update(dict(cell.keys))
    return tuple(ranked((pressed, number) for pressed, number in sums.items() if number))


def failures_of(found: Sequence[Cell]) -> list[tuple[Failure, list[str]]]:
    """Why people were not reached, and where the class leaves it open, what providers said most. At most one query."""
    failures = Figures.of(line for cell in found for line in cell.lines).failures
    concerned: Counter[Key] = Counter()
    for cell in found:
        for failure in cell.figures.failures:
            if failure.failure in VAGUE:
                concerned[cell.campaign.pk, failure.state, failure.failure] += failure.number
    said = samples_of(key for key, _number in concerned.most_common(MOST_SAMPLED))
    return [(failure, said.get((failure.state, failure.failure), [])) for failure in failures]


def grouped(found: Iterable[Cell], key: Callable[[Cell], Any], named: Callable[[Cell], tuple[str, str]]) -> list[Row]:
    """Rows of the cells with the same *key*, called (label, address) as the first of them is *named*; most first."""
    groups: dict[Any, list[Cell]] = {}
    for cell in found:
        groups.setdefault(key(cell), []).append(cell)
    rows = [total(group, *named(group[0])) for group in groups.values()]
    return sorted(rows, key=lambda row: (-row.sent, row.label))


def kind_label(kind: str) -> str:
    return str(CampaignKind(kind).label)
