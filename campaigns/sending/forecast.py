"""How many of a campaign's waiting recipients could go now, and until when the others would be held."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from campaigns.counters.selectors import tallies
from campaigns.models import Campaign, Recipient
from campaigns.models.statuses import SENDABLE_STATES, CampaignState
from notifyadmin.db.sql import fetch, rows
from providers.accounts.models import Account
from providers.contract.gateway import Frequency

from . import quiet
from .forecasts import Forecast, in_time, round_up
from .holding import Hold
from .number_limits import judge, limits_of, recent_of
from .pace import Pace
from .scheduled import as_scheduled

PAGE = 5_000
SOON = timedelta(hours=1)
"""Holds that end later are told to the minute, others to the second."""


def is_limited(campaign: Campaign) -> bool:
    """Whether anything but the provider's speed can hold the campaign's recipients."""
    return is_limited_by_number(campaign) or Pace.of(campaign) is not None


def is_limited_by_number(campaign: Campaign) -> bool:
    """Whether it depends on the number when somebody can go, so that every recipient has to be looked at."""
    account = campaign.account
    has_quiet = account.quiet_from is not None and account.quiet_from != account.quiet_until
    return has_quiet or bool(limits_of(account))


def forecast(campaign: Campaign, now: datetime) -> Forecast:
    """What would happen if everybody who waits was asked for at *now*; nothing is written.

    Numbers that also wait in other running campaigns of the account count as used by those first. Without limits per
    number and quiet hours nobody is looked at; else reads the recipients in pages, at most three statements each.
    """
    return as_scheduled(_of_numbers(campaign, now), Pace.of(campaign), now)


def _of_numbers(campaign: Campaign, now: datetime) -> Forecast:
    if not is_limited_by_number(campaign):
        tally = tallies(campaign)
        return Forecast(sum(tally.get(state, 0) for state in SENDABLE_STATES))
    limits, others = limits_of(campaign.account), _other_campaigns(campaign)
    counts: Counter[tuple[datetime, str]] = Counter()
    free = 0
    for page in _pages(campaign):
        due = [(row.id, row.number) for row in page if row.held_until is None or row.held_until <= now]
        holds = _holds(campaign.account, limits, due, others, now)
        free += len(due) - len(holds)
        counts.update((_shown(hold.until, now), hold.words.pack()) for hold in holds)
        held = ((row.held_until, row.reason) for row in page if row.held_until and row.held_until > now)
        counts.update((_shown(until, now), reason) for until, reason in held)
    return Forecast(free, in_time(counts))


class _Row(NamedTuple):
    position: int
    id: int
    number: str
    reason: str
    held_until: datetime | None


def _pages(campaign: Campaign) -> Iterator[list[_Row]]:
    """Everybody who waits, in the order of positions."""
    waiting = Recipient.objects.filter(campaign=campaign, state__in=SENDABLE_STATES).order_by("position")
    position = 0
    while page := [_Row(*row) for row in waiting.filter(position__gt=position).values_list(*_Row._fields)[:PAGE]]:
        position = page[-1].position
        yield page


def _holds(
    account: Account,
    limits: Sequence[Frequency],
    people: Sequence[tuple[int, str]],
    others: Sequence[int],
    now: datetime,
) -> list[Hold]:
    """Who of *people* (recipient id, number) would be held, judged as dispatch does."""
    fallback = account.gateway.timezone
    awake = quiet.split(people, now, account.quiet_from, account.quiet_until, fallback)
    if not limits or not awake.go:
        return awake.holds
    going = set(awake.go)
    asked = [one for one in people if one[0] in going]
    numbers = [number for _, number in asked]
    recent = recent_of(account.pk, numbers)
    for number, amount in _competing(others, numbers):
        recent[number] = sorted([*recent.get(number, ()), *[now.timestamp()] * amount])
    return awake.holds + judge(recent, limits, asked, now).holds


def _other_campaigns(campaign: Campaign) -> list[int]:
    running = campaign.account.campaigns.filter(state=CampaignState.RUNNING).exclude(pk=campaign.pk)
    return list(running.values_list("pk", flat=True))


def _competing(campaigns: Sequence[int], numbers: Sequence[str]) -> list[tuple[str, int]]:
    """In how many of *campaigns* each of *numbers* waits, where it does. One statement, none without campaigns."""
    if not campaigns:
        return []
    source, parameter = rows({"number": "text"}, [(number,) for number in numbers])
    places = ", ".join(["%s"] * len(campaigns))
    # A subquery per number, so that no planner without statistics reads whole campaigns instead.
    sql = f"""
        SELECT v.number, (SELECT count(*) FROM campaigns_recipient o
            WHERE o.campaign_id IN ({places}) AND o.number = v.number AND o.state IN ('pending', 'held'))
        FROM {source}
    """  # noqa: S608
    return [(number, amount) for number, amount in fetch(sql, [*campaigns, parameter]) if amount]


def _shown(until: datetime, now: datetime) -> datetime:
    return round_up(until, 60 if until - now > SOON else 1)
