"""The hours in which a campaign may send, by the clock of its zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.models import Campaign
from campaigns.models.campaign import EVERY_DAY
from campaigns.sending.window import Window

BERLIN = "Europe/Berlin"
WORKDAYS = 0b0011111
OFFICE = Window(BERLIN, WORKDAYS, time(9), time(18))
NIGHT = Window(BERLIN, 1 << 4, time(22), time(6))


def at(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("window", "now", "opens"),
    [
        (OFFICE, "2026-05-01T09:00", None),
        (OFFICE, "2026-05-01T17:59", None),
        (OFFICE, "2026-05-01T08:59", "2026-05-01T09:00"),
        # A Friday evening waits for Monday.
        (OFFICE, "2026-05-01T18:00", "2026-05-04T09:00"),
        (OFFICE, "2026-05-03T12:00", "2026-05-04T09:00"),
        # The night of a Friday lasts until Saturday morning, and no other night counts.
        (NIGHT, "2026-05-02T05:59", None),
        (NIGHT, "2026-05-02T06:00", "2026-05-08T22:00"),
        (NIGHT, "2026-05-02T23:00", "2026-05-08T22:00"),
        (Window(BERLIN, WORKDAYS), "2026-05-02T00:00", "2026-05-04T00:00"),
        (Window(BERLIN, WORKDAYS), "2026-05-01T23:59", None),
    ],
)
def test_it_is_open_on_its_days_between_its_hours(window: Window, now: str, opens: str | None) -> None:
    assert window.opens_at(at(now)) == (at(opens) if opens else None)


def test_the_clock_is_that_of_the_zone_also_when_the_clocks_change() -> None:
    saturday = at("2026-03-28T18:00")
    every_day = Window(BERLIN, EVERY_DAY, time(9), time(18))
    assert every_day.opens_at(saturday) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert every_day.opens_at(saturday - timedelta(days=1)) == datetime(2026, 3, 28, 8, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_ends_and_begins_the_window_when_they_jump() -> None:
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    ending = Window(BERLIN, start=time(22), end=time(2, 30))
    assert ending.closes_at(jump - timedelta(minutes=5)) == jump
    assert ending.opens_at(jump + timedelta(minutes=10)) == at("2026-03-29 22:00")
    beginning = Window(BERLIN, start=time(2, 30), end=time(3, 15))
    assert beginning.opens_at(jump - timedelta(minutes=5)) == jump
    assert beginning.open_seconds(jump - timedelta(hours=1), jump + timedelta(hours=1)) == 15 * 60


def test_neighbouring_days_without_hours_are_one_stretch() -> None:
    assert Window(BERLIN, WORKDAYS).closes_at(at("2026-04-27T10:00")) == at("2026-05-02T00:00")


def test_open_time_is_counted_without_nights_and_weekends() -> None:
    assert OFFICE.open_seconds(at("2026-05-01T17:00"), at("2026-05-04T11:00")) == 3 * 3600
    assert OFFICE.open_seconds(at("2026-05-02T00:00"), at("2026-05-03T23:00")) == 0
    assert OFFICE.after(at("2026-05-01T17:00"), 3 * 3600) == at("2026-05-04T11:00")


@pytest.mark.parametrize("hours", [(None, None), (time(9), None), (time(9), time(9))])
def test_without_days_and_hours_there_is_no_window(hours: tuple[time | None, time | None]) -> None:
    assert Window.of(Campaign(reference="x", window_from=hours[0], window_until=hours[1], time_zone=BERLIN)) is None


@settings(deadline=None, max_examples=80)
@given(
    st.integers(1, EVERY_DAY),
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.integers(0, 366 * 24 * 60),
    st.floats(0, 3_000),
)
def test_what_is_open_for_so_long_is_over_after_so_long(days: int, a: int, z: int, minute: int, seconds: float) -> None:
    window = Window.made(BERLIN, days, time(a // 60, a % 60), time(z // 60, z % 60))
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    if window is None:
        assert days == EVERY_DAY
        return
    opens = window.opens_at(now) or now
    assert window.opens_at(opens) is None
    end = window.after(now, seconds)
    assert window.open_seconds(now, end) == pytest.approx(seconds, abs=0.001)
