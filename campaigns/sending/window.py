"""The hours of a week in which a campaign may send, by the clock of one place. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.models import Campaign
from campaigns.models.campaign import EVERY_DAY

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LONGEST = timedelta(days=400)
"""How far ahead is reckoned at most."""


@dataclass(frozen=True, slots=True)
class Window:
    """From ``start`` to ``end`` on ``days`` (bit 0 is Monday), by the clock of ``zone``; without times the whole day.

    An ``end`` that is not after ``start`` is on the following day: the night belongs to the day on which it begins.
    """

    zone: str
    days: int = EVERY_DAY
    start: time | None = None
    end: time | None = None

    @classmethod
    def of(cls, campaign: Campaign) -> "Window | None":
        """The campaign's, or None where it may send at any time."""
        return cls.made(campaign.time_zone, campaign.window_days, campaign.window_from, campaign.window_until)

    @classmethod
    def made(cls, zone: str, days: int, start: time | None, end: time | None) -> "Window | None":
        """The window out of a campaign's columns."""
        days = days & EVERY_DAY or EVERY_DAY
        if start is None or end is None or start == end:
            start = end = None
        if start is None and days == EVERY_DAY:
            return None
        return cls(zone or "UTC", days, start, end)

    def opens_at(self, now: datetime) -> datetime | None:
        """When it opens next, or None while it is open."""
        opening, _ = next(self._stretches(now))
        return opening if opening > now else None

    def closes_at(self, now: datetime) -> datetime:
        """When the stretch that *now* is in, or else the next one, is over."""
        return next(self._stretches(now))[1]

    def open_seconds(self, start: datetime, end: datetime) -> float:
        """How long it is open between two moments."""
        total = 0.0
        for opening, closing in self._stretches(start):
            if opening >= end:
                break
            total += (min(closing, end) - max(opening, start)).total_seconds()
        return total

    def after(self, now: datetime, seconds: float) -> datetime:
        """When it will have been open for *seconds* since *now*; at most some 400 days ahead."""
        left, closing = seconds, now
        for opening, closing in self._stretches(now):
            here = (closing - max(opening, now)).total_seconds()
            if left <= here:
                return max(opening, now) + timedelta(seconds=left)
            left -= here
        return closing

    def _stretches(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches that end after *now*, each from its opening to its closing."""
        day = now.astimezone(ZoneInfo(self.zone)).date() - DAY
        last = day + LONGEST
        pending: tuple[datetime, datetime] | None = None
        while day <= last:
            if self.days >> day.weekday() & 1:
                opening, closing = self._stretch(day)
                if pending and opening <= pending[1]:
                    pending = (pending[0], max(pending[1], closing))
                else:
                    if pending and pending[1] > now:
                        yield pending
                    pending = (opening, closing)
            elif pending and pending[1] > now and self._stretch(day)[0] > pending[1]:
                yield pending
                pending = None
            day += DAY
        if pending:
            yield pending

    def _stretch(self, day: date) -> tuple[datetime, datetime]:
        zone, start = ZoneInfo(self.zone), self.start or time()
        end = self.end or time()
        ends_on = day if self.end and end > start else day + DAY
        return _moment(day, start, zone), _moment(ends_on, end, zone)


def _moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When the clock shows this; a time that it skips is when it jumps over it."""
    wanted = datetime.combine(day, clock)
    found = wanted.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wanted:
        return found
    before = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while found - before > SECOND:
        middle = before + (found - before) // 2
        if middle.astimezone(zone).replace(tzinfo=None) < wanted:
            before = middle
        else:
            found = middle
    return found.replace(microsecond=0)


def is_open_at(now: datetime, zone: str, days: int, start: Any, end: Any) -> bool:
    """Whether a campaign with these columns may send; the times may be as SQLite gives them, written out."""
    window = Window.made(zone, days, _time(start), _time(end))
    return window is None or window.opens_at(now) is None


def _time(value: Any) -> time | None:
    return time.fromisoformat(value) if isinstance(value, str) else value
