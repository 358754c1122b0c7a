"""What a campaign's own schedule makes of a forecast: who waits for its hours, and who for their turn."""

import math
from dataclasses import replace
from datetime import datetime

from providers.contract.words import Words, gettext_noop

from .forecasts import Forecast, Held
from .pace import Pace

OUTSIDE = gettext_noop("Outside the hours in which this campaign may send (%(zone)s); it goes on by itself.")
SO_MANY = gettext_noop("The schedule lets about %(number)s a minute go, one after the other.")
SO_OFTEN = gettext_noop("The schedule lets one go about every %(minutes)s minutes.")


def as_scheduled(found: Forecast, pace: Pace | None, now: datetime) -> Forecast:
    """*found*, which knows nothing of the schedule, with what that adds; ``end`` is when the last one leaves."""
    if pace is None:
        return found
    held = [replace(one, until=pace.opens_at(one.until) or one.until) for one in found.held]
    opens = pace.opens_at(now)
    first = at_first(pace, found.now, found.now + found.later, opens or now)
    if opens and first:
        held.append(Held(opens, first, outside(pace)))
    each = pace.seconds_each(found.now + found.later, opens or now)
    last = pace.end_of(found.now, opens or now) if each else None
    if last and found.now > first:
        held.append(Held(last, found.now - first, in_turn(each)))
    whole = pace.end_of(found.now + found.later, opens or now)
    end = max([*(one.until for one in held), *([whole] if whole else [])], default=None) if each else None
    return Forecast(0 if opens else first, tuple(sorted(held, key=lambda one: one.until)), end)


def at_first(pace: Pace, free: int, waiting: int, now: datetime) -> int:
    """How many of *free* go in the first minute."""
    each = pace.seconds_each(waiting, now)
    return min(free, max(1, math.floor(60 / each))) if each else free


def outside(pace: Pace) -> Words:
    """Why nobody is sent to while the hours are over."""
    return Words(OUTSIDE, {"zone": pace.window.zone if pace.window else ""})


def in_turn(seconds_each: float) -> Words:
    """Why somebody waits who could go as far as everything else is concerned."""
    if seconds_each <= 60:
        return Words(SO_MANY, {"number": round(60 / seconds_each)})
    return Words(SO_OFTEN, {"minutes": round(seconds_each / 60)})
