"""Quiet hours by the clock of the place that a number belongs to."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.sending.quiet import held_until, split, zones_of
from notifyadmin.web.words import in_words

NIGHT = (time(21), time(8))
CHINA, NEW_YORK, HAWAII, INDIA, NOWHERE = "8613800138000", "12125550123", "18085550123", "919876543210", "999123456"
FALLBACK = "Asia/Shanghai"


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def until(number: str, now: datetime, hours: tuple[time | None, time | None] = NIGHT) -> datetime | None:
    return held_until(number, now, *hours, FALLBACK)


@pytest.mark.parametrize(
    ("number", "now", "end", "zone"),
    [
        (CHINA, "2026-05-01T20:59:59", None, "Asia/Shanghai"),
        (CHINA, "2026-05-01T21:00", "2026-05-02T08:00", "Asia/Shanghai"),
        (CHINA, "2026-05-02T00:30", "2026-05-02T08:00", "Asia/Shanghai"),
        (CHINA, "2026-05-02T08:00", None, "Asia/Shanghai"),
        (NEW_YORK, "2026-05-01T03:00", "2026-05-01T08:00", "America/New_York"),
        (HAWAII, "2026-05-01T20:00", None, "Pacific/Honolulu"),
        (HAWAII, "2026-05-01T22:00", "2026-05-02T08:00", "Pacific/Honolulu"),
        (INDIA, "2026-05-01T23:00", "2026-05-02T08:00", "Asia/Kolkata"),
        (NOWHERE, "2026-05-01T23:00", "2026-05-02T08:00", FALLBACK),
        (NOWHERE, "2026-05-01T12:00", None, FALLBACK),
    ],
)
def test_the_night_is_that_of_the_number(number: str, now: str, end: str | None, zone: str) -> None:
    assert until(number, at(now, zone)) == (at(end, zone) if end else None)


def test_one_country_may_sleep_in_the_east_and_be_awake_in_the_west() -> None:
    now = at("2026-05-01T22:00", "America/New_York")
    admission = split([(1, NEW_YORK), (2, HAWAII)], now, *NIGHT, FALLBACK)
    assert admission.go == [2]
    (hold,) = admission.holds
    assert (hold.id, hold.until) == (1, at("2026-05-02T08:00", "America/New_York"))
    shown = "It is quiet where this number is (America/New_York, from 21:00 to 08:00); it goes on by itself."
    assert in_words(hold.words) == shown


def test_a_number_that_may_be_in_several_zones_waits_for_the_last_of_them() -> None:
    australia = "61412345678"
    assert {"Australia/Perth", "Australia/Sydney"} <= set(zones_of(australia))
    now = at("2026-05-01T06:30", "Australia/Perth")
    assert until(australia, now) >= at("2026-05-01T08:00", "Australia/Perth")
    evening = at("2026-05-01T20:30", "Australia/Perth")
    assert evening < until(australia, evening)


def test_a_caribbean_mobile_sleeps_by_its_own_island_and_not_by_all_of_north_america() -> None:
    assert zones_of("17582845678") == ("America/St_Lucia",)


def test_zones_that_are_never_awake_together_give_way_to_the_zone_of_the_account() -> None:
    toll_free, almost_always = "18005550100", (time(10), time(8))
    now = at("2026-05-01T12:00", FALLBACK)
    assert until(toll_free, now, almost_always) == at("2026-05-02T08:00", FALLBACK)


def test_hours_within_one_day_do_not_cross_midnight() -> None:
    noon = (time(12), time(14))
    assert until(CHINA, at("2026-05-01T13:00", FALLBACK), noon) == at("2026-05-01T14:00", FALLBACK)
    assert until(CHINA, at("2026-05-01T23:00", FALLBACK), noon) is None


@pytest.mark.parametrize("hours", [(None, None), (time(9), None), (time(9), time(9))])
def test_without_a_range_it_is_never_quiet(hours: tuple[time | None, time | None]) -> None:
    assert until(CHINA, at("2026-05-01T09:00", FALLBACK), hours) is None


@pytest.mark.parametrize(
    ("now", "end", "hours"),
    [
        ("2026-03-07T23:00-05:00", "2026-03-08T08:00-04:00", NIGHT),
        ("2026-10-31T23:00-04:00", "2026-11-01T08:00-05:00", NIGHT),
        # 02:30 does not exist on this day: the clocks go from 02:00 to 03:00.
        ("2026-03-08T01:00-05:00", "2026-03-08T03:30-04:00", (time(21), time(2, 30))),
        # 01:30 comes twice on this day, and both passes are quiet until then.
        ("2026-11-01T01:10-04:00", "2026-11-01T01:30-04:00", (time(21), time(1, 30))),
        ("2026-11-01T01:10-05:00", "2026-11-01T01:30-05:00", (time(21), time(1, 30))),
    ],
)
def test_on_days_when_the_clocks_change_the_local_clock_decides(now: str, end: str, hours: tuple[time, time]) -> None:
    assert until(NEW_YORK, datetime.fromisoformat(now), hours) == datetime.fromisoformat(end)


minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([CHINA, NEW_YORK, HAWAII, INDIA, "61412345678", "79161234567", "442071234567"]),
    st.integers(0, 366 * 24 * 60).map(lambda minute: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    minutes,
    minutes,
)
def test_at_the_end_of_a_hold_it_is_quiet_nowhere_and_not_a_minute_too_late(
    number: str, now: datetime, start: time, end: time
) -> None:
    def quiet_somewhere(moment: datetime) -> bool:
        clocks = [moment.astimezone(ZoneInfo(zone)).time() for zone in zones_of(number)]
        if start < end:
            return any(start <= clock < end for clock in clocks)
        return start != end and any(clock >= start or clock < end for clock in clocks)

    found = until(number, now, (start, end))
    if all(quiet_somewhere(now + timedelta(minutes=m)) for m in range(0, 48 * 60, 30)):
        return  # Its zones are never awake together: the account's zone decides, which another test is about.
    if found is None:
        assert not quiet_somewhere(now)
        return
    assert not quiet_somewhere(found)
    before = [now + timedelta(minutes=m) for m in range(0, int((found - now).total_seconds()) // 60, 7)]
    # Only an end that falls into the hour that the clocks skip is told up to an hour late.
    assert sum(not quiet_somewhere(moment) for moment in before) <= 60 / 7 + 1
