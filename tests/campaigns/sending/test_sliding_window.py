"""Rolling windows over the submissions to one number."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.sending.sliding_window import MARGIN, effective, free_at, kept, within
from providers.contract.gateway import Frequency

START = 1_777_600_000.0
DAY = 86_400.0
LIMITS = (Frequency("per_second", 1, 1.0), Frequency("per_minute", 3, 60.0), Frequency("per_day", 10, DAY))
limits = st.lists(
    st.builds(Frequency, st.just("x"), st.integers(1, 5), st.sampled_from([1.0, 7.5, 60.0, 3600.0, DAY])),
    min_size=1,
    max_size=3,
).map(tuple)
gaps = st.lists(st.one_of(st.floats(0, 3), st.floats(0, 4000), st.just(0.0)), max_size=40)


def submitted(gaps: list[float], frequencies: tuple[Frequency, ...]) -> list[float]:
    """When submissions leave that are asked for after these gaps and wait as long as they are told."""
    now, uses = START, []
    for gap in gaps:
        now = free_at(kept(uses, frequencies, now + gap), frequencies, now + gap)
        uses.append(now)
    return uses


def broken(uses: list[float], frequencies: tuple[Frequency, ...]) -> bool:
    """Whether some window, with both its ends, holds more than allowed."""
    return any(
        uses[index + limit.most] - uses[index] <= limit.seconds
        for limit in frequencies
        for index in range(len(uses) - limit.most)
    )


@settings(deadline=None)
@given(gaps, limits)
def test_no_window_is_ever_broken(gaps: list[float], frequencies: tuple[Frequency, ...]) -> None:
    assert not broken(submitted(gaps, frequencies), frequencies)


@settings(deadline=None)
@given(gaps, limits)
def test_nobody_waits_longer_than_the_limits_and_the_margin_ask(
    gaps: list[float], frequencies: tuple[Frequency, ...]
) -> None:
    uses = submitted(gaps, frequencies)
    now = (uses or [START])[-1]
    free = free_at(uses, frequencies, now)
    assert free == now or broken([*uses, free - MARGIN - 0.01], frequencies)


@settings(deadline=None)
@given(gaps, limits, st.floats(-120, 120))
def test_a_worker_whose_clock_goes_wrong_breaks_no_window_either(
    gaps: list[float], frequencies: tuple[Frequency, ...], skew: float
) -> None:
    uses = submitted(gaps, frequencies)
    free = free_at(uses, frequencies, (uses or [START])[-1] + skew)
    assert not broken(sorted([*uses, free]), frequencies)


@settings(deadline=None)
@given(st.lists(st.floats(0, 9000), min_size=12, max_size=80))
def test_whoever_keeps_any_24_hours_keeps_every_natural_day_in_china(gaps: list[float]) -> None:
    uses = submitted(gaps, (Frequency("per_day", 10, DAY),))
    zone = ZoneInfo("Asia/Shanghai")
    assert max(Counter(datetime.fromtimestamp(use, zone).date() for use in uses).values()) <= 10


@settings(deadline=None)
@given(gaps, limits)
def test_what_is_dropped_as_old_never_mattered(gaps: list[float], frequencies: tuple[Frequency, ...]) -> None:
    uses = submitted(gaps, frequencies)
    for later in (0.0, 1.5, 61.0, 3600.0, DAY, 2 * DAY):
        now = (uses or [START])[-1] + later
        assert free_at(kept(uses, frequencies, now), frequencies, now) == free_at(uses, frequencies, now)


def test_after_the_longest_window_nothing_is_remembered() -> None:
    assert kept([START], LIMITS, START + DAY) == [START]
    assert kept([START], LIMITS, START + DAY + MARGIN) == []


def test_the_fourth_call_within_a_minute_waits_for_the_first_to_be_a_minute_old() -> None:
    assert free_at([START, START + 10, START + 20], LIMITS, START + 30) == START + 60 + MARGIN


@pytest.mark.parametrize(
    ("learned", "most"), [({}, 10), ({"per_day": 5}, 5), ({"per_day": 12}, 10), ({"per_day": 0}, 1)]
)
def test_learning_lowers_a_limit_and_never_raises_it(learned: dict[str, int], most: int) -> None:
    assert [limit.most for limit in effective(LIMITS, learned)] == [1, 3, most]


def test_a_window_ends_before_the_moment_that_is_asked_about() -> None:
    assert within([START, START + 5, START + 60], 60.0, START + 60) == 1
