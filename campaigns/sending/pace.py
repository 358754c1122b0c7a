"""How fast and when a campaign may send by its own schedule: a window of hours, a rate, an even spread.

:func:`permit` and :func:`use` need a transaction that holds the gate of the campaign's account: with that lock the rate
holds over all workers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.models import Campaign
from campaigns.models.statuses import SENDABLE_STATES
from notifyadmin.db.sql import execute, fetch, moment, time_of

from .chunk_leases import Wanted
from .window import Window

MARGIN = 1.03
"""Recipients are spaced a little wider than the rate says, so that what leaves together fits into every minute."""

SITS_OUT = timedelta(seconds=3)
"""So long a worker waits for the next recipient, if no other campaign needs it; after longer waits the sweep asks."""

BURST_SECONDS = 1.75
"""How much of the rate may leave at once. With the margin, no sixty seconds ever see more than the rate."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What the schedule of a campaign says while it runs."""

    campaign_id: int
    window: Window | None = None
    per_minute: int | None = None
    spread_until: datetime | None = None

    @classmethod
    def of(cls, campaign: Campaign) -> "Pace | None":
        """The campaign's, or None where nothing but its account limits it."""
        window = Window.of(campaign)
        if window is None and not campaign.per_minute and campaign.spread_until is None:
            return None
        return cls(campaign.pk, window, campaign.per_minute or None, campaign.spread_until)

    @property
    def is_timed(self) -> bool:
        """Whether recipients have to keep a distance."""
        return bool(self.per_minute) or self.spread_until is not None

    def opens_at(self, now: datetime) -> datetime | None:
        """Until when nothing may leave, or None."""
        return self.window.opens_at(now) if self.window else None

    def seconds_each(self, waiting: int, now: datetime) -> float:
        """The distance between two recipients (seconds) while *waiting* have not been sent to; 0 without any."""
        slowest = 60 * MARGIN / self.per_minute if self.per_minute else 0.0
        left = self._left(now)
        return max(slowest, left / waiting) if left and waiting else slowest

    def burst(self, seconds_each: float) -> int | None:
        """How many recipients may leave at once; None for any number."""
        if not seconds_each:
            return None
        return max(1, math.floor(BURST_SECONDS / seconds_each))

    def end_of(self, waiting: int, now: datetime) -> datetime | None:
        """When the last of *waiting* leaves if nothing else delays them, None where the schedule does not say."""
        each = self.seconds_each(waiting, now)
        if not each or not waiting:
            return None
        seconds = each * waiting
        return self.window.after(now, seconds) if self.window else now + timedelta(seconds=seconds)

    def _left(self, now: datetime) -> float:
        """The seconds over which who waits is spread."""
        if self.spread_until is None or self.spread_until <= now:
            return 0.0
        if self.window is None:
            return (self.spread_until - now).total_seconds()
        return self.window.open_seconds(now, self.spread_until)


@dataclass(frozen=True, slots=True)
class Permit:
    """How many recipients may leave now (None: any number), and when to ask again if that is none."""

    most: int | None
    seconds_each: float = 0.0
    again_at: datetime | None = None


def burst_now(pace: Pace, now: datetime) -> int | None:
    """The most recipients that one request may hold, so that it keeps the rate. One statement for a spread."""
    return pace.burst(_seconds_each(pace, now))


def next_at(campaign_id: int) -> datetime | None:
    """When the next recipient may leave, as far as somebody has left."""
    found = fetch("SELECT next_at FROM campaigns_pace WHERE campaign_id = %s", [campaign_id])
    return time_of(found[0][0]) if found else None


def waits_until(pace: Pace, now: datetime) -> datetime | None:
    """Until when there is nothing to do for a worker, or None. A wait that a worker sits out does not count."""
    opens = pace.opens_at(now)
    due = next_at(pace.campaign_id) if not opens and pace.is_timed else None
    return opens or (due if due and due - now > SITS_OUT else None)


def permit(pace: Pace, now: datetime) -> Permit:
    """Who may leave now."""
    opens = pace.opens_at(now)
    if opens:
        return Permit(0, again_at=opens)
    if not pace.is_timed:
        return Permit(None)
    due = next_at(pace.campaign_id)
    if due and due > now:
        return Permit(0, again_at=due)
    each = _seconds_each(pace, now)
    return Permit(pace.burst(each), each)


def use(pace: Pace, permitted: Permit, recipients: int, now: datetime) -> datetime | None:
    """Write down that *recipients* leave. Returns when the next may, None where none has to wait."""
    if not permitted.seconds_each or not recipients:
        return None
    after = now + timedelta(seconds=permitted.seconds_each * recipients)
    sql = """INSERT INTO campaigns_pace (campaign_id, next_at) VALUES (%s, %s)
        ON CONFLICT (campaign_id) DO UPDATE SET next_at = excluded.next_at"""
    execute(sql, [pace.campaign_id, moment(after)])
    return after


def within(wanted: Sequence[Wanted], permitted: Permit) -> Sequence[Wanted]:
    """As many of *wanted*, from the first on, as the permit covers: the first one always, if anybody may leave.

    Requests are planned no larger than a burst, so the first one cannot break the rate either.
    """
    if permitted.most is None:
        return wanted
    room, taken = permitted.most, 0
    for _, request in wanted:
        if room <= 0 or (taken and len(request.members) > room):
            break
        room, taken = room - len(request.members), taken + 1
    return wanted[:taken]


def _seconds_each(pace: Pace, now: datetime) -> float:
    return pace.seconds_each(_waiting(pace.campaign_id) if pace.spread_until else 0, now)


def _waiting(campaign_id: int) -> int:
    states = ", ".join(["%s"] * len(SENDABLE_STATES))
    sql = f"SELECT coalesce(sum(amount), 0) FROM campaigns_tally WHERE campaign_id = %s AND state IN ({states})"  # noqa: S608
    return int(fetch(sql, [campaign_id, *map(str, SENDABLE_STATES)])[0][0])
