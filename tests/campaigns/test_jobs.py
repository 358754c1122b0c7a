"""Every leased job of the house: claimed by one, fenced by its token, given back, given up, and told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from campaigns.exports.writing import JOB as EXPORTS
from campaigns.models import Erasure, Export, ListFile
from campaigns.people.audience.job import JOB as LISTS
from campaigns.privacy.working import JOB as ERASURES
from notifyadmin.jobs import TRIES, GiveWay, LeasedJob, LostLease
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words
from tests.factories import make_user

pytestmark = pytest.mark.stores

Job = LeasedJob[Any]


def of_list() -> Any:
    return ListFile.objects.create(purpose="contacts", state="reading")


def of_export() -> Any:
    return Export.objects.create(user=make_user(), listing="recipients", format="csv")


def of_erasure() -> Any:
    return Erasure.objects.create(number="8613800000001", key="key", reason="asked")


@pytest.fixture(
    params=[(LISTS, of_list), (EXPORTS, of_export), (ERASURES, of_erasure)], ids=["list", "export", "erasure"]
)
def work(request: pytest.FixtureRequest, db: None) -> tuple[Job, Any]:
    job, make = request.param
    return job, make()


def after_its_lease(job: Job, row: Any) -> None:
    job.model._default_manager.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def raising(error: Exception) -> Callable[[Any], bool]:
    def step(row: Any) -> bool:
        raise error

    return step


def test_only_one_at_a_time_has_it_until_its_lease_ends(work: tuple[Job, Any]) -> None:
    job, row = work
    first = job.claim(row.pk)
    assert first is not None
    assert job.claim(row.pk) is None
    after_its_lease(job, row)
    second = job.claim(row.pk)
    assert second is not None
    assert second.token == first.token + 1


def test_who_was_given_up_can_neither_renew_nor_end_nor_give_it_back(work: tuple[Job, Any]) -> None:
    job, row = work
    lost = job.claim(row.pk)
    after_its_lease(job, row)
    holder = job.claim(row.pk)
    assert lost is not None
    assert holder is not None
    with pytest.raises(LostLease):
        job.renew(lost, words="of the one who lost it")
    assert not job.end(lost, "done")
    job.give_way(lost)
    job.fail(lost, Words("lost"))
    row.refresh_from_db()
    assert (row.state, row.token, row.lease_until, row.words) == (job.working, holder.token, holder.lease_until, "")
    job.renew(holder, words="of the holder")
    row.refresh_from_db()
    assert row.words == "of the holder"


def test_a_takeover_is_noticed_although_both_leases_end_at_the_same_moment(work: tuple[Job, Any]) -> None:
    job, row = work
    lost = job.claim(row.pk)
    assert lost is not None
    job.model._default_manager.filter(pk=row.pk).update(lease_until=None)
    assert job.claim(row.pk)
    job.model._default_manager.filter(pk=row.pk).update(lease_until=lost.lease_until)
    with pytest.raises(LostLease):
        job.renew(lost)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", [lambda row: False, raising(GiveWay())], ids=["by itself", "asked to"])
def test_who_gives_way_is_followed_by_another_however_often(
    work: tuple[Job, Any], published: list[str], step: Callable[[Any], bool]
) -> None:
    job, row = work
    for _ in range(TRIES + 2):
        job.run(row.pk, step)
    row.refresh_from_db()
    assert (row.state, row.lease_until, row.tries) == (job.idle, None, 0)
    assert published == [job.task] * (TRIES + 2)


def test_what_takes_every_worker_down_is_given_up_with_words(work: tuple[Job, Any]) -> None:
    job, row = work
    for _ in range(TRIES):
        assert job.claim(row.pk)
        after_its_lease(job, row)
    assert job.claim(row.pk) is None
    row.refresh_from_db()
    assert (row.state, row.words, row.lease_until) == ("failed", job.poisoned.pack(), None)
    assert row.finished_at
    assert job.claim(row.pk) is None


@pytest.mark.parametrize("error", [Refusal(Words("It may not be.")), ZeroDivisionError()], ids=["refused", "broken"])
def test_what_fails_says_why_and_is_not_tried_again(
    work: tuple[Job, Any], error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    job, row = work
    job.run(row.pk, raising(error))
    row.refresh_from_db()
    is_ours = isinstance(error, ZeroDivisionError)
    assert (row.state, row.words) == ("failed", job.broken.pack() if is_ours else "It may not be.")
    assert (job.fault % row.pk in caplog.text) == is_ours


def test_a_database_that_goes_away_leaves_it_to_whoever_comes_after_the_lease(
    work: tuple[Job, Any], published: list[str]
) -> None:
    job, row = work
    with pytest.raises(OperationalError):
        job.run(row.pk, raising(OperationalError()))
    job.wake()
    assert published == []
    after_its_lease(job, row)
    job.wake()
    assert published == [job.task]
    row.refresh_from_db()
    assert row.state == job.working
