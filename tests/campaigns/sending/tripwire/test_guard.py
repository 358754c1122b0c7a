"""A database that does not know what left it, or that is another one, is not sent from."""

import logging
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign, Chunk, Hold, HoldReason, Installation, Submission
from campaigns.sending import dispatcher
from campaigns.sending.departures import services
from campaigns.sending.departures.fingerprints import fingerprint
from campaigns.sending.departures.reading import left_since
from campaigns.sending.hold import hold_all, release
from campaigns.sending.tripwire.guard import guard
from campaigns.upkeep import sweeps
from providers.contract.words import Words
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

from .backups import Backup

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def backup(tmp_path: Path) -> Iterator[Backup]:
    """Of a database in which ten people of one campaign were sent to, and ten of another wait."""
    run(make_campaign(make_account(), recipients=10))
    make_campaign(make_account(), recipients=10)
    made = Backup(tmp_path)
    yield made
    made.remove()


def run(campaign: Campaign) -> None:
    dispatcher.dispatch(campaign.pk, http=NoHttp())


def waiting() -> Campaign:
    return Campaign.objects.latest("pk")


def causes() -> list[str]:
    return list(HoldReason.objects.filter(hold__is_open=True).values_list("cause", flat=True))


def lose_records() -> None:
    guard.close()
    shutil.rmtree(settings.DEPARTURES_FOLDER)


def test_what_leaves_is_written_down_without_anybodys_number(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=3)
    run(campaign)
    submission = Submission.objects.get()
    (left,) = left_since(submission.started_at)
    assert (left.reference, left.campaign, left.account_id, left.positions) == (
        submission.reference,
        campaign.reference,
        campaign.account_id,
        "1-3",
    )
    (path,) = Path(settings.DEPARTURES_FOLDER).glob("*/*/*.left")
    assert "8613800" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_an_honest_database_goes_on_in_a_new_process(fake_gateway: FakeGateway, backup: Backup) -> None:
    guard.close()
    connection.close()
    run(waiting())
    assert states_of(waiting()) == {"submitted": 10}
    assert not causes()


@pytest.mark.parametrize("is_seen_by", ["sender", "sweep"])
def test_a_restored_backup_is_not_sent_from(fake_gateway: FakeGateway, backup: Backup, is_seen_by: str) -> None:
    run(waiting())
    guard.close()
    backup.restore()
    if is_seen_by == "sweep":
        sweeps.sweep()
    run(waiting())
    assert len(fake_gateway.numbers_asked) == 20
    assert states_of(waiting()) == {"pending": 10}
    assert causes() == ["behind"]
    assert "older than what was sent from it" in HoldReason.objects.get().words


def test_restored_under_a_worker_that_goes_on_nothing_leaves(
    fake_gateway: FakeGateway, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is a new one in the middle of a slice."""
    run(waiting())
    backup.restore()
    monkeypatch.setattr(guard, "is_ready", lambda: True)
    dispatcher.dispatch(waiting().pk, http=NoHttp())
    monkeypatch.undo()
    assert len(fake_gateway.numbers_asked) == 20


@pytest.mark.parametrize("looks_the_same", [False, True])
def test_what_did_not_leave_waits_and_is_no_request_in_flight(
    fake_gateway: FakeGateway, backup: Backup, monkeypatch: pytest.MonkeyPatch, looks_the_same: bool
) -> None:
    run(waiting())
    here = fingerprint()
    backup.restore()
    if looks_the_same:
        monkeypatch.setattr("campaigns.sending.tripwire.guard.fingerprint", lambda: here)
    real, asked = guard.is_ready, iter([True])
    # What the worker saw before the database was replaced, and then what is.
    monkeypatch.setattr(guard, "is_ready", lambda: next(asked, None) or real())
    run(waiting())
    assert len(fake_gateway.numbers_asked) == 20
    assert states_of(waiting()) == {"pending": 10}
    assert set(Submission.objects.values_list("state", flat=True)) == {"answered", "not_sent"}
    assert causes() == ["behind" if looks_the_same else "identity"]
    assert Chunk.objects.filter(campaign=waiting(), next_attempt_at__isnull=False).exists()


def test_keys_that_were_given_before_let_nothing_out(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a pooler the connection stays, and leads to a database that was restored."""
    run(make_campaign(make_account(), recipients=10))
    campaign = make_campaign(make_account(), recipients=10)
    monkeypatch.setattr(guard, "is_ready", lambda: True)
    guard._thread.floor = 10_000
    run(campaign)
    assert len(fake_gateway.numbers_asked) == 10
    assert causes() == ["behind"]


def test_a_copy_of_the_database_is_not_sent_from(fake_gateway: FakeGateway, backup: Backup) -> None:
    """Also one that lacks nothing, with the records beside it."""
    guard.close()
    backup.restore()
    run(waiting())
    assert len(fake_gateway.numbers_asked) == 10
    assert causes() == ["identity"]


def test_a_copy_without_any_records_is_not_sent_from(fake_gateway: FakeGateway, backup: Backup) -> None:
    run(waiting())
    lose_records()
    backup.restore()
    run(waiting())
    assert len(fake_gateway.numbers_asked) == 20
    assert causes() == ["identity"]


def test_a_lost_folder_alone_stops_nobody(fake_gateway: FakeGateway, backup: Backup) -> None:
    lose_records()
    connection.close()
    run(waiting())
    assert states_of(waiting()) == {"submitted": 10}
    assert not causes()


def test_after_a_release_it_is_sent_from_again_and_records_of_before_are_history(
    fake_gateway: FakeGateway, backup: Backup
) -> None:
    run(waiting())
    guard.close()
    backup.restore()
    run(waiting())
    lost = Chunk.objects.get(campaign=waiting()).token
    release(None)
    for _ in range(2):
        run(waiting())
        guard.close()
        connection.close()
    assert states_of(waiting()) == {"submitted": 10}
    assert not causes()
    assert Installation.objects.get().epoch == 2
    # No new request is called as a lost one was.
    assert Chunk.objects.get(campaign=waiting()).token > lost + 1000


def test_a_process_that_looks_while_another_accepts_the_release_and_sends_is_no_copy(
    fake_gateway: FakeGateway, backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(waiting())
    guard.close()
    backup.restore()
    run(waiting())
    release(None)
    real, before = services.installation, iter([services.installation()])
    run(waiting())
    assert states_of(waiting()) == {"submitted": 10}
    monkeypatch.setattr(services, "installation", lambda: next(before, None) or real())
    assert guard.look()
    assert not causes()


def test_the_same_backup_restored_once_more_is_not_covered_by_the_release(
    fake_gateway: FakeGateway, backup: Backup
) -> None:
    run(waiting())
    for minutes in range(1, 3):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            guard.close()
            backup.restore()
            run(waiting())
            assert causes() == ["behind"]
            release(None)
            run(waiting())
    assert len(fake_gateway.numbers_asked) == 40
    guard.close()
    backup.restore()
    run(waiting())
    assert causes() == ["behind"]
    assert len(fake_gateway.numbers_asked) == 40


def test_a_release_in_a_backup_says_nothing_about_what_left_after_it(
    fake_gateway: FakeGateway, backup: Backup, tmp_path: Path
) -> None:
    hold_all(Words("A backup was restored."), "restored")
    release(None)
    released = Backup(tmp_path)
    run(waiting())
    guard.close()
    released.restore()
    run(waiting())
    released.remove()
    assert causes() == ["behind"]
    assert len(fake_gateway.numbers_asked) == 20


def test_that_a_person_held_and_released_is_no_acceptance(fake_gateway: FakeGateway, backup: Backup) -> None:
    hold_all(Words("Wait."), "person")
    release(None)
    run(waiting())
    assert Installation.objects.get().epoch == 1


def test_a_backup_from_before_there_were_identities_is_known_too(fake_gateway: FakeGateway, backup: Backup) -> None:
    run(waiting())
    guard.close()
    backup.restore()
    Installation.objects.all().delete()
    run(waiting())
    assert causes() == ["behind"]


def test_a_new_database_beside_old_records_is_sent_from(fake_gateway: FakeGateway) -> None:
    run(make_campaign(make_account(), recipients=10))
    guard.close()
    for model in (Submission, Campaign, Installation, Hold):
        model.objects.all().delete()
    campaign = make_campaign(make_account(), recipients=5)
    run(campaign)
    assert states_of(campaign) == {"submitted": 5}
    assert not causes()


@pytest.mark.parametrize("when", ["before", "while"])
def test_nothing_leaves_that_cannot_be_written_down(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, when: str
) -> None:
    campaign = make_campaign(make_account(), recipients=5)
    root = Path(settings.DEPARTURES_FOLDER)
    if when == "before":
        root.parent.mkdir(parents=True, exist_ok=True)
        root.write_text("a file where the folder should be")
    else:
        guard.is_ready()
        monkeypatch.setattr(os, "write", full)
    with caplog.at_level(logging.ERROR):
        run(campaign)
    monkeypatch.undo()
    assert not fake_gateway.asked
    assert states_of(campaign) == {"pending": 5}
    assert causes() == ["unwritten"]
    assert "cannot be written down" in HoldReason.objects.get().words


def full(*_: object) -> int:
    raise OSError(28, "No space left on device")
