"""Marks where machines share something; that they cannot be shared stops nobody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.sending.departures import shared
from campaigns.sending.departures.lines import Line
from campaigns.sending.departures.marks import Mark
from tests.servers import private_redis

IDENTITY, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with private_redis() as url:
        yield url


@pytest.fixture(params=["redis", "folder"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if request.param == "redis":
        monkeypatch.setattr(settings, "CELERY_BROKER_URL", request.getfixturevalue("redis"))
    else:
        monkeypatch.setattr(settings, "DEPARTURES_SHARED_FOLDER", str(tmp_path / "shared"))


def mark(number: int, folder: str = "a", days: int = 0) -> Mark:
    at = timezone.now() - timedelta(days=days)
    return Mark(3, Line(number, f"abcdefghij-1-1-{number}", 1, "1", at), folder)


def test_the_newest_mark_of_each_machine_is_seen_by_all(place: None) -> None:
    own = [mark(1), mark(2), mark(5, "b")]
    for one in own:
        shared.publish(IDENTITY, one)
    shared.publish(OTHER, mark(9))
    assert sorted(shared.read(IDENTITY), key=lambda mark: mark.folder) == own[1:]
    shared.forget_old(IDENTITY, timezone.now())


def test_what_nobody_has_told_for_long_goes_but_not_the_newest(place: None) -> None:
    identity = UUID(int=3)
    shared.publish(identity, mark(1, "a", days=100))
    shared.publish(identity, mark(2, "b", days=90))
    shared.forget_old(identity, timezone.now())
    assert [one.folder for one in shared.read(identity)] == ["b"]


def test_a_thread_publishes_what_was_offered(place: None) -> None:
    identity = UUID(int=4)
    publisher = shared.Publisher(identity)
    publisher.offer(mark(1))
    publisher.offer(mark(2))
    publisher.flush()
    for _ in range(1000):
        if shared.read(identity) and shared.read(identity)[0].line.submission_id == 2:
            break
    assert [one.line.submission_id for one in shared.read(identity)] == [2]


def test_that_it_is_away_stops_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(settings, "CELERY_BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(settings, "DEPARTURES_SHARED_FOLDER", str(tmp_path / "file"))
    shared.publish(IDENTITY, mark(1))
    assert shared.read(IDENTITY) == []


def test_what_is_no_mark_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "DEPARTURES_SHARED_FOLDER", str(tmp_path))
    shared.publish(IDENTITY, mark(1))
    (tmp_path / IDENTITY.hex / "b.mark").write_text("nothing of ours")
    assert len(shared.read(IDENTITY)) == 1
