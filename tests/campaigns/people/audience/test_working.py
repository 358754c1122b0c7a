"""Lists that are read in the background: leases, stops, what goes on and what was left behind."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns import tasks
from campaigns.models import Activity, ActivityKind, Campaign, Chunk, ListFile, ListState
from campaigns.models.statuses import CampaignState
from campaigns.people.audience import importing, working
from campaigns.people.audience.job import JOB
from campaigns.upkeep import sweeps
from notifyadmin import jobs

from .bringing import LIST, newest, numbers, page_of, paste, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> int:
    """Small batches, so that a list of few rows has several."""
    monkeypatch.setattr(importing, "FIRST_BATCH", 4)
    monkeypatch.setattr(importing, "BATCH", 4)
    return 4


@pytest.fixture
def waiting(staff: Client, draft: Campaign, monkeypatch: pytest.MonkeyPatch) -> ListFile:
    """A list of twenty that waits for a worker, as long ones do."""
    monkeypatch.setattr(working, "AT_ONCE_BYTES", 0)
    paste(staff, draft, "\n".join(["mobile", *numbers(20)]))
    return newest(draft)


def stops_after(count: int) -> Any:
    asked = iter(range(1000))
    return lambda: next(asked) >= count


def whole(draft: Campaign) -> None:
    """Everybody is there once, in the order of the list, cut into chunks without a gap."""
    people = list(draft.recipients.order_by("position").values_list("position", "number"))
    assert people == [(place, f"86{number}") for place, number in enumerate(numbers(20), 1)]
    draft.refresh_from_db()
    assert draft.total == 20
    chunks = list(Chunk.objects.filter(campaign=draft).order_by("number").values_list("first", "last"))
    assert chunks == [(1, 20)]


def test_a_long_list_waits_for_a_worker_and_the_page_shows_how_far_it_is(
    staff: Client, draft: Campaign, waiting: ListFile, published: list[str]
) -> None:
    assert waiting.state == ListState.READING
    assert draft.recipients.count() == 0
    page = staff.get(page_of(draft, "list", waiting)).content.decode()
    assert "every 1s" in page
    assert "You may leave this page" in page


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_when_the_list_is_committed(
    staff: Client, draft: Campaign, published: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "AT_ONCE_BYTES", 0)
    paste(staff, draft, "\n".join(numbers(3)))
    assert published == [JOB.task]


@pytest.mark.stores
def test_the_task_reads_it_to_its_end(staff: Client, draft: Campaign, waiting: ListFile) -> None:
    tasks.read_list(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.rows, waiting.good, waiting.lease_until) == (ListState.DONE, 20, 20, None)
    assert waiting.read == waiting.size
    whole(draft)
    line = Activity.objects.get(kind=ActivityKind.LIST_READ)
    assert (line.campaign, line.user) == (draft, waiting.created_by)


@pytest.mark.stores
@pytest.mark.parametrize("slices", [1, 2, 3])
def test_a_slice_ends_and_the_next_one_goes_on_behind_it(
    draft: Campaign, waiting: ListFile, batches: int, slices: int
) -> None:
    for _ in range(slices):
        working.read(waiting.pk, stopping=stops_after(0))
        waiting.refresh_from_db()
        assert (waiting.state, waiting.lease_until) == (ListState.READING, None)
        assert waiting.rows == draft.recipients.count() < 20
    working.read(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.rows, waiting.good) == (ListState.DONE, 20, 20)
    whole(draft)


def test_a_slice_counts_its_time_from_its_first_batch_so_that_every_one_gets_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = iter([100.0, 100.0, 104.0, 111.0])
    monkeypatch.setattr(jobs, "monotonic", lambda: next(now))
    going = jobs.Slice(10.0, lambda: False)
    assert [going(), going(), going()] == [True, True, False]


def test_a_list_under_somebody_elses_lease_is_left_alone(draft: Campaign, waiting: ListFile) -> None:
    ListFile.objects.filter(pk=waiting.pk).update(lease_until=timezone.now() + timedelta(seconds=30), token=7)
    working.read(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.token, waiting.rows) == (7, 0)


@pytest.mark.stores
def test_a_reader_that_lost_its_lease_writes_nothing_more(draft: Campaign, waiting: ListFile, batches: int) -> None:
    def robbed() -> bool:
        if draft.recipients.exists():
            ListFile.objects.filter(pk=waiting.pk).update(token=99)
        return False

    working.read(waiting.pk, stopping=robbed)
    waiting.refresh_from_db()
    assert (waiting.token, waiting.state) == (99, ListState.READING)
    assert draft.recipients.count() == waiting.rows < 20
    ListFile.objects.filter(pk=waiting.pk).update(lease_until=None)
    working.read(waiting.pk)
    whole(draft)


def test_the_sweep_finds_what_nobody_reads_and_not_what_somebody_does(waiting: ListFile, published: list[str]) -> None:
    published.clear()
    working.wake_lists()
    assert published == [JOB.task]
    published.clear()
    lists = ListFile.objects.filter(pk=waiting.pk)
    lists.update(lease_until=timezone.now() + timedelta(seconds=30))
    working.wake_lists()
    assert published == []
    lists.update(lease_until=timezone.now() - timedelta(seconds=1))
    working.wake_lists()
    assert published == [JOB.task]
    assert working.wake_lists in sweeps.STEPS


def test_a_list_that_takes_every_reader_down_is_given_up_with_words(waiting: ListFile) -> None:
    for _ in range(jobs.TRIES):
        ListFile.objects.filter(pk=waiting.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        waiting.refresh_from_db()
        assert waiting.state == ListState.READING
        working.read(waiting.pk)
        waiting.refresh_from_db()
        if waiting.state == ListState.DONE:
            ListFile.objects.filter(pk=waiting.pk).update(state=ListState.READING)
    ListFile.objects.filter(pk=waiting.pk).update(state=ListState.READING, lease_until=timezone.now())
    working.read(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, "several times" in waiting.words) == (ListState.FAILED, True)


@pytest.mark.stores
def test_stopping_keeps_what_was_read_and_reading_on_brings_the_rest(
    staff: Client, draft: Campaign, waiting: ListFile, batches: int
) -> None:
    working.read(waiting.pk, stopping=stops_after(1))
    staff.post(page_of(draft, "stop", waiting))
    waiting.refresh_from_db()
    assert waiting.state == ListState.STOPPED
    working.read(waiting.pk)
    assert draft.recipients.count() == waiting.rows < 20
    page = staff.get(page_of(draft, "list", waiting)).content.decode()
    assert "Read on" in page
    staff.post(page_of(draft, "resume", waiting))
    working.read(waiting.pk)
    whole(draft)
    assert "nothing to stop" in staff.post(page_of(draft, "stop", waiting), follow=True).content.decode()


def test_stopping_while_a_worker_reads_ends_its_reading(draft: Campaign, waiting: ListFile, batches: int) -> None:
    def meanwhile() -> bool:
        if draft.recipients.exists() and ListFile.objects.get(pk=waiting.pk).state == ListState.READING:
            working.stop(waiting)
        return False

    working.read(waiting.pk, stopping=meanwhile)
    waiting.refresh_from_db()
    assert (waiting.state, draft.recipients.count()) == (ListState.STOPPED, waiting.rows)
    assert waiting.rows < 20


def test_a_campaign_that_was_started_takes_nobody_in_any_more(draft: Campaign, waiting: ListFile) -> None:
    Campaign.objects.filter(pk=draft.pk).update(state=CampaignState.RUNNING)
    working.read(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, "only be changed while it is a draft" in waiting.words) == (ListState.FAILED, True)
    assert draft.recipients.count() == 0


def test_a_file_that_is_gone_fails_with_words_and_can_be_looked_at(
    staff: Client, draft: Campaign, waiting: ListFile, lists_folder: Path
) -> None:
    (lists_folder / waiting.stored).unlink()
    working.read(waiting.pk)
    page = staff.get(page_of(draft, "list", waiting)).content.decode()
    assert "The file is not there any more" in page
    assert "Check the columns" not in page


def test_a_fault_of_ours_is_logged_and_told(
    waiting: ListFile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("oh")

    monkeypatch.setattr(importing, "read_list", broken)
    working.read(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, "A fault of this application" in waiting.words) == (ListState.FAILED, True)
    assert "cannot be read" in caplog.text


def test_the_moving_part_asks_for_the_page_when_the_list_is_read(
    staff: Client, draft: Campaign, waiting: ListFile
) -> None:
    url = page_of(draft, "live", waiting)
    moving = staff.get(url)
    assert ("every 1s" in moving.content.decode(), "HX-Refresh" in moving.headers) == (True, False)
    working.read(waiting.pk)
    ended = staff.get(url)
    assert ("every 1s" in ended.content.decode(), ended.headers["HX-Refresh"]) == (False, "true")


@pytest.mark.stores
def test_a_list_that_is_thrown_away_while_it_is_read_leaves_nobody(
    staff: Client, draft: Campaign, waiting: ListFile, batches: int
) -> None:
    def meanwhile() -> bool:
        if ListFile.objects.filter(pk=waiting.pk, rows__gt=0).exists():
            staff.post(page_of(draft, "remove", waiting))
        return False

    working.read(waiting.pk, stopping=meanwhile)
    draft.refresh_from_db()
    assert (draft.total, draft.recipients.count(), ListFile.objects.count()) == (0, 0, 0)


def test_a_list_that_is_too_slow_to_be_read_at_once_is_handed_to_a_worker(
    staff: Client, draft: Campaign, batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "AT_ONCE_SECONDS", 0.0)
    answer = upload(staff, draft, LIST.encode())
    read = newest(draft)
    assert (read.state, read.lease_until) == (ListState.READING, None)
    assert answer["Location"] == page_of(draft, "list", read)
