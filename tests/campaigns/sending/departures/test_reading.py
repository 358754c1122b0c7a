"""What the records say has left, and when they cannot say it."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.models import SenderFolder, Submission
from campaigns.sending.departures import folders, reading, shared
from campaigns.sending.departures.folders import Place, card, prune
from campaigns.sending.departures.journal import Journal
from campaigns.sending.departures.lines import Line, pack
from campaigns.sending.departures.marks import Mark, local
from campaigns.sending.departures.reading import left_since
from campaigns.sending.departures.services import installation, register
from tests.factories import make_account, make_campaign

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def covers(moment: datetime, taken_at: datetime | None = None) -> bool:
    return reading.covers(moment, taken_at or moment)


def line(number: int = 1, at: datetime | None = None) -> Line:
    return Line(number, f"abcdefghij-1-1-{number}", 1, "1-3", at or timezone.now())


def write(*lines: Line, closed: bool = True, epoch: int = 1) -> Path:
    """A file of a sender of this machine."""
    own = Journal(Place(installation().identity, epoch).folder, card().key)
    own.append("".join(map(pack, lines)).encode())
    path = max(own.folder.iterdir(), key=lambda path: path.stat().st_ctime_ns)
    if closed:
        own.close()
    return path


@pytest.fixture
def began() -> datetime:
    """When the folder was there, some moments ago."""
    card()
    return timezone.now()


def test_what_left_since_a_moment_of_every_identity_and_epoch(began: datetime) -> None:
    write(line(1, began - DAY), line(2))
    write(line(3), epoch=2)
    other = Journal(Place(installation().identity.__class__(int=5), 1).folder, card().key)
    other.append(pack(line(4)).encode())
    assert sorted(left.reference[-1] for left in left_since(began)) == ["2", "3", "4"]
    assert {left.campaign for left in left_since(began)} == {"abcdefghij"}


def test_the_records_of_this_machine_cover_the_time_since_they_began(began: datetime) -> None:
    write(line())
    register(card(), timezone.now())
    assert covers(began)


def test_without_a_folder_nothing_is_covered() -> None:
    assert not covers(timezone.now())


def another_machine_sent_before_the_backup() -> None:
    SenderFolder.objects.create(key="another", machine="send-2")


def another_machine_shares_a_later_mark() -> None:
    shared.publish(installation().identity, Mark(1, line(), "another"))


def the_machine_died() -> None:
    path = write(line(), closed=False)
    path.write_text(path.read_text().replace(folders.boot(), "an-earlier-boot"))


@pytest.mark.parametrize(
    "event", [another_machine_sent_before_the_backup, another_machine_shares_a_later_mark, the_machine_died]
)
def test_where_something_may_be_missing_nothing_is_covered(
    began: datetime, event: Callable[[], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEPARTURES_SHARED_FOLDER", str(tmp_path))
    assert covers(began)
    event()
    assert not covers(began)


def test_that_a_process_was_killed_takes_nothing_away(began: datetime) -> None:
    write(line(), closed=False)
    assert covers(began)


def test_before_the_folder_was_there_nothing_is_covered(began: datetime) -> None:
    assert not covers(began - DAY)


def sent(*keys: int, state: str = "answered") -> None:
    """Requests that the database knows."""
    campaign = make_campaign(make_account(), recipients=3)
    for key in keys:
        Submission.objects.create(
            pk=key,
            reference=f"abcdefghij-1-1-{key}",
            campaign=campaign,
            chunk=campaign.chunks.get(),
            token=1,
            size=3,
            state=state,
        )


YOUNG = timedelta(minutes=10)
"""By so much a folder is younger than the moment since which everything has to be covered."""


@pytest.mark.parametrize(
    ("known", "first"),
    [((), 1), ((1, 2), 1), ((1, 2, 3), 4), ((1, 2, 3), 3)],
    ids=["before the first request", "since the first request", "upgraded before the next", "upgraded after some"],
)
def test_a_young_folder_covers_what_the_database_does_not_know_if_it_begins_there(
    began: datetime, known: tuple[int, ...], first: int
) -> None:
    sent(*known)
    write(line(first), line(9))
    assert covers(began - YOUNG, timezone.now())


def test_a_folder_that_begins_after_what_the_database_knows_lacks_what_left_between(began: datetime) -> None:
    sent(1, 2, 3)
    sent(4, state="lost")
    write(line(5), line(6))
    assert not covers(began - YOUNG, timezone.now())


def test_a_folder_that_is_younger_than_the_backup_is_of_the_time_after_it_was_restored(began: datetime) -> None:
    """The same keys are given again: nobody had noticed."""
    sent(1, 2)
    write(line(1))
    assert not covers(began - YOUNG, began - DAY)


def test_records_that_are_no_longer_kept_cover_nothing(began: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    long_ago = datetime.now(UTC) - 400 * DAY
    (folders.root() / folders.CARD).write_text(f'{{"key": "k", "begun_at": "{long_ago.isoformat()}"}}')
    assert covers(timezone.now() - (settings.DEPARTURES_KEEP_DAYS - 1) * DAY)
    assert not covers(timezone.now() - (settings.DEPARTURES_KEEP_DAYS + 1) * DAY)


def test_old_records_go_and_the_newest_of_an_identity_stays(began: datetime) -> None:
    old = time.time() - (settings.DEPARTURES_KEEP_DAYS + 1) * DAY.total_seconds()
    paths = [write(line(number), epoch=number) for number in (1, 2, 3)]
    for place, path in enumerate(paths[:2]):
        os.utime(path, (old + place, old + place))
    prune(timezone.now())
    assert [path.exists() for path in paths] == [False, False, True]
    os.utime(paths[2], (old, old))
    prune(timezone.now())
    assert paths[2].exists()


def test_the_mark_of_a_file_is_its_last_whole_line(began: datetime) -> None:
    path = write(*(line(number) for number in range(1, 3000)), closed=False)
    with path.open("a") as file:
        file.write("4000\tabcdefghij-1-1-4")
    (mark,) = local(installation().identity, "key")
    assert (mark.epoch, mark.line.submission_id) == (1, 2999)
    with path.open("a") as file:
        file.write("\n" + pack(line(5000)))
    assert local(installation().identity, "key")[0].line.submission_id == 5000


def test_folders_of_one_machine_have_one_card() -> None:
    assert card() == card()
    assert (folders.root() / folders.CARD).stat().st_mode & 0o777 == 0o600
