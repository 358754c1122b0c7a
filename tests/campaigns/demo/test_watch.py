"""When the demonstration stops looking on."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from campaigns.demo import watch
from campaigns.demo.watch import Seen

WAIT = 60.0
LOOK = 0.5


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Time that passes only while the demonstration sleeps."""
    now = SimpleNamespace(seconds=0.0)

    def sleep(seconds: float) -> None:
        now.seconds += seconds

    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: now.seconds, sleep=sleep))
    monkeypatch.setattr(watch, "connection", SimpleNamespace(close=lambda: None))
    return now


def look_on(monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace, *story: tuple[float, dict[str, int]]) -> Seen:
    """The counts of one campaign of ten, each from a second on."""

    def counts(ids: Iterator[int]) -> dict[int, dict[str, int]]:
        return {1: [now for since, now in story if clock.seconds >= since][-1]}

    monkeypatch.setattr(watch, "tallies_of", counts)
    act = SimpleNamespace(campaign=SimpleNamespace(pk=1, total=10))
    lines: list[str] = []
    seen = watch.watch([act], WAIT, lines.append, lambda: None)  # type: ignore[list-item]
    clock.lines = lines
    return seen


def test_unknown_people_are_waited_for_until_their_receipts_are_matched(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    story = [(0.0, {"pending": 10}), (2.0, {"delivered": 4, "unknown": 6}), (14.0, {"delivered": 10})]
    seen = look_on(monkeypatch, clock, *story)
    assert (seen.seconds, seen.timed_out) == ({1: 14.0}, False)
    assert any("unknown 6" in line for line in clock.lines)


def test_what_stays_unknown_is_waited_for_no_longer_than_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    seen = look_on(monkeypatch, clock, (0.0, {"pending": 10}), (2.0, {"delivered": 4, "unknown": 6}))
    assert (seen.seconds, seen.timed_out) == ({}, True)
    assert 2.0 + WAIT < clock.seconds <= 2.0 + WAIT + 2 * LOOK


def test_when_everybody_has_an_end_it_stops_at_once(monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace) -> None:
    seen = look_on(monkeypatch, clock, (0.0, {"pending": 10}), (3.0, {"delivered": 9, "rejected": 1}))
    assert (seen.seconds, seen.timed_out) == ({1: 3.0}, False)
