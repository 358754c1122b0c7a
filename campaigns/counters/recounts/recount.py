"""What the counters say against what a look at every recipient says.

Both sides are read by one statement, so they are of one moment, however fast the recipients change meanwhile.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from campaigns.counters.rollups.reconcile import KEY, UNCOUNTED
from campaigns.models import Campaign
from notifyadmin.db.sql import fetch

from .expressions import cost_in_millionths

AT_ONCE = 100
"""Campaigns that one statement counts."""


@dataclass(frozen=True, slots=True)
class Off:
    """A counter that does not agree. ``kept`` and ``counted`` are recipients, seconds listened, and millionths of
    ``currency``; for the total of a campaign ``state`` is empty and only recipients are counted. ``by_minute`` says
    that it is not the count itself, but what its changes by the minute add up to."""

    campaign_id: int
    state: str
    failure: str
    currency: str
    kept: tuple[int, ...]
    counted: tuple[int, ...]
    by_minute: bool = False

    def __str__(self) -> str:
        name = " ".join(filter(None, (self.state or "total", self.failure, self.currency)))
        name += " by the minute" if self.by_minute else ""
        return f"{name}: {_numbers(self.kept)} kept, {_numbers(self.counted)} counted"


def differences(first: int = 0) -> Iterator[list[Off]]:
    """All that is off, for some campaigns after the other, from the campaign with the id *first* on."""
    for ids in blocks(first):
        yield differences_of(ids)


def blocks(first: int = 0) -> Iterator[list[int]]:
    """The ids of all campaigns from *first* on, some after the other."""
    while ids := list(Campaign.objects.filter(pk__gte=first).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield ids
        first = ids[-1] + 1


def differences_of(campaign_ids: Collection[int]) -> list[Off]:
    """All that is off in these campaigns."""
    counters = (*_counters_off(campaign_ids), *_counters_off(campaign_ids, by_minute=True))
    return [*counters, *_totals_off(campaign_ids)]


def both_sides(places: str, *, by_minute: bool = False) -> str:
    """A SELECT of KEY, the three numbers kept, and the three counted, of campaigns whose ids are given twice.

    With *by_minute* what is kept by the minute, where nobody is counted who still waits.
    """
    kept = "campaigns_movement" if by_minute else "campaigns_tally"
    waiting = ", ".join(f"'{state.value}'" for state in UNCOUNTED)
    who = f"campaign_id IN ({places})" + (f" AND state NOT IN ({waiting})" if by_minute else "")
    counted = f"count(*), coalesce(sum(talk_seconds), 0), coalesce(sum({cost_in_millionths('r')}), 0)"
    return f"""
        SELECT {KEY}, sum(a) AS a, sum(b) AS b, sum(c) AS c, sum(x) AS x, sum(y) AS y, sum(z) AS z FROM (
            SELECT {KEY}, amount AS a, talk_seconds AS b, cost AS c, 0 AS x, 0 AS y, 0 AS z
            FROM {kept} WHERE campaign_id IN ({places})
            UNION ALL
            SELECT {KEY}, 0, 0, 0, {counted} FROM campaigns_recipient r WHERE {who} GROUP BY {KEY}
        ) AS sides GROUP BY {KEY} HAVING sum(a) <> sum(x) OR sum(b) <> sum(y) OR sum(c) <> sum(z)
    """  # noqa: S608


def _counters_off(campaign_ids: Collection[int], *, by_minute: bool = False) -> Iterator[Off]:
    ids = list(campaign_ids)
    places = ", ".join(["%s"] * len(ids))
    for campaign_id, state, failure, currency, *numbers in fetch(both_sides(places, by_minute=by_minute), [*ids, *ids]):
        kept, counted = (tuple(map(int, side)) for side in (numbers[:3], numbers[3:]))
        yield Off(campaign_id, state, failure, currency, kept, counted, by_minute)


def _totals_off(campaign_ids: Collection[int]) -> Iterator[Off]:
    ids = list(campaign_ids)
    places = ", ".join(["%s"] * len(ids))
    sql = f"""
        SELECT id, total, counted FROM (
            SELECT c.id, c.total, (SELECT count(*) FROM campaigns_recipient r WHERE r.campaign_id = c.id) AS counted
            FROM campaigns_campaign c WHERE c.id IN ({places})) AS totals WHERE total <> counted
    """  # noqa: S608
    for campaign_id, total, counted in fetch(sql, ids):
        yield Off(campaign_id, "", "", "", (total,), (counted,))


def _numbers(numbers: Sequence[int]) -> str:
    return "/".join(map(str, numbers))
