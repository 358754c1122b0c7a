"""Quiet hours: nobody is called or texted at night, by the clock of the place that the number belongs to."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

from providers.contract.words import Words, gettext_noop

from .holding import Admission, Hold

SEARCH = timedelta(hours=48)
"""How far ahead a moment is looked for that is quiet in none of a number's zones."""

AREA_CODES_TELL = "1"
"""In the North American plan an area code belongs to one country or state, whatever kind of number it is."""

UNTOLD_DIGITS = 4
"""So many last digits say nothing about the kind of a number, so that neighbours are looked up once."""

HELD = gettext_noop(
    "It is quiet where this number is (%(zone)s, from %(quiet_from)s to %(quiet_until)s); it goes on by itself."
)


def _without_unknown(zones: Sequence[str]) -> tuple[str, ...]:
    return tuple(zone for zone in zones if zone != UNKNOWN_TIMEZONE)


_ZONES = {prefix: _without_unknown(zones) for prefix, zones in TIMEZONE_DATA.items()}


def split(
    members: Sequence[tuple[int, str]],
    now: datetime,
    quiet_from: time | None,
    quiet_until: time | None,
    fallback_zone: str,
) -> Admission:
    """Who of *members* (recipient id, number) may be reached now; times are in each number's own zone.

    Without quiet hours, or with both times the same, everybody. *fallback_zone* is for numbers of unknown place.
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return Admission([pk for pk, _ in members])
    admission = Admission()
    known: dict[tuple[str, ...], tuple[datetime, Words] | None] = {}
    for pk, number in members:
        zones = zones_of(number)
        if zones not in known:
            known[zones] = _rest(zones, now, quiet_from, quiet_until, fallback_zone)
        rest = known[zones]
        if rest is None:
            admission.go.append(pk)
        else:
            admission.holds.append(Hold(pk, *rest))
    return admission


def held_until(
    number: str, now: datetime, quiet_from: time | None, quiet_until: time | None, fallback_zone: str
) -> datetime | None:
    """Until when *number* (digits with country code) must be left in peace, or None."""
    holds = split([(0, number)], now, quiet_from, quiet_until, fallback_zone).holds
    return holds[0].until if holds else None


def zones_of(number: str) -> tuple[str, ...]:
    """The zones that *number* may be in, empty when nobody knows.

    A mobile or toll-free number may be anywhere in its country, so it has all zones of it.
    """
    narrow = _longest(number)
    if narrow == _country(number[:3]) or number.startswith(AREA_CODES_TELL):
        return narrow
    return _by_kind(number[:-UNTOLD_DIGITS], len(number)) or narrow


def _longest(number: str) -> tuple[str, ...]:
    starts = (number[:length] for length in range(TIMEZONE_LONGEST_PREFIX, 0, -1))
    return next((_ZONES[start] for start in starts if start in _ZONES), ())


@lru_cache(maxsize=1_000)
def _country(start: str) -> tuple[str, ...]:
    codes = (start[:length] for length in (1, 2, 3) if start.isdigit())
    code = next((code for code in codes if int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), "")
    return _ZONES.get(code, ())


@lru_cache(maxsize=65_536)
def _by_kind(start: str, length: int) -> tuple[str, ...]:
    try:
        parsed = phonenumbers.parse(f"+{start.ljust(length, '0')}")
    except phonenumbers.NumberParseException:
        return ()
    return _without_unknown(time_zones_for_number(parsed))


def _rest(
    zones: tuple[str, ...], now: datetime, quiet_from: time, quiet_until: time, fallback_zone: str
) -> tuple[datetime, Words] | None:
    """The end of the rest and why, or None. Zones that never are awake together say as little as none."""
    found = _search(zones, now, quiet_from, quiet_until) if zones else None
    until, zone = found or _search((fallback_zone,), now, quiet_from, quiet_until) or (now + SEARCH, fallback_zone)
    if until <= now:
        return None
    times = {"quiet_from": f"{quiet_from:%H:%M}", "quiet_until": f"{quiet_until:%H:%M}"}
    return until, Words(HELD, {"zone": zone, **times})


def _search(zones: Sequence[str], now: datetime, quiet_from: time, quiet_until: time) -> tuple[datetime, str] | None:
    """The first moment from *now* on that is quiet in none of *zones*, and the zone that was quiet last."""
    at, last = now, ""
    while at <= now + SEARCH:
        ends = ((_quiet_end(zone, at, quiet_from, quiet_until), zone) for zone in zones)
        quiet = [(end, zone) for end, zone in ends if end]
        if not quiet:
            return at, last
        at, last = max(quiet)
    return None


def _quiet_end(zone: str, at: datetime, quiet_from: time, quiet_until: time) -> datetime | None:
    """When the quiet hours that hold at the moment *at* end in *zone*, or None when none hold."""
    local = at.astimezone(ZoneInfo(zone))
    if not _is_quiet(local.time(), quiet_from, quiet_until):
        return None
    # An hour that the clocks go through twice: the end belongs to the pass that *at* is in.
    end = datetime.combine(local.date(), quiet_until, local.tzinfo).replace(fold=local.fold).astimezone(UTC)
    if end <= at:
        end = datetime.combine(local.date() + timedelta(days=1), quiet_until, local.tzinfo).astimezone(UTC)
    return end


def _is_quiet(clock: time, quiet_from: time, quiet_until: time) -> bool:
    if quiet_from < quiet_until:
        return quiet_from <= clock < quiet_until
    return clock >= quiet_from or clock < quiet_until
