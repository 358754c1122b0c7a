"""When a lease, a commit or a statement fails while sending, nobody is asked twice and nobody is forgotten."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.db import transaction as real
from django.utils import timezone

from campaigns.models import Campaign, Chunk, Recipient, Submission
from campaigns.sending import batch_transaction, chunk_leases, leased_chunks
from campaigns.sending.dispatcher import dispatch
from notifyadmin.db import retry
from providers.contract.errors import Accepted, Answered, Refused
from providers.contract.messages import Message
from providers.contract.words import Words
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

from .lines import hold_line
from .steps import in_flight

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

ONE_EACH = {"max_callees_voice_file": 1}


def run(campaign: Campaign) -> None:
    while dispatch(campaign.pk, http=NoHttp()):
        pass


def everybody_once(gateway: FakeGateway, number: int) -> bool:
    return len(gateway.numbers_asked) == len(set(gateway.numbers_asked)) == number


def end_leases() -> None:
    Chunk.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))


def accept(message: Message) -> Answered:
    return Answered(tuple(Accepted(callee.ref, "x") for callee in message.callees))


# Leases


def test_a_worker_whose_lease_ran_out_while_it_sent_and_who_gets_the_chunk_again_asks_nobody_twice(
    fake_gateway: FakeGateway,
) -> None:
    campaign = make_campaign(make_account(settings=ONE_EACH, parallel_requests=2), recipients=7)

    def slow(message: Message) -> Answered:
        end_leases()
        return accept(message)

    fake_gateway.answer = slow
    run(campaign)
    assert everybody_once(fake_gateway, 7)
    assert set(states_of(campaign)) <= {"submitted", "unknown"}
    assert in_flight(campaign) == 0


def test_answers_that_come_after_the_worker_took_its_own_chunk_again_settle_nobody_twice(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leased_chunks, "CLAIM_PAUSE_SECONDS", 0.0)
    line = hold_line(monkeypatch, fake_gateway)
    campaign = make_campaign(make_account(settings=ONE_EACH, parallel_requests=3), recipients=5)
    line.holds = lambda collected: collected < 4
    line.look = lambda collected: end_leases() if collected == 2 else None
    dispatch(campaign.pk)
    assert everybody_once(fake_gateway, 5)
    assert states_of(campaign) == {"unknown": 3, "submitted": 2}
    assert Submission.objects.filter(late=True, state="answered").count() == 3
    assert in_flight(campaign) == 0
    assert not Chunk.objects.filter(lease_until__isnull=False).exists()


def test_a_group_refused_after_its_chunk_was_taken_again_is_not_asked_for_in_halves(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leased_chunks, "CLAIM_PAUSE_SECONDS", 0.0)
    line = hold_line(monkeypatch, fake_gateway)
    account = make_account(settings={"max_callees_voice_file": 2}, parallel_requests=2)
    campaign = make_campaign(account, recipients=6)
    line.holds = lambda collected: collected < 4
    line.look = lambda collected: end_leases() if collected == 2 else None
    early = {str(8613800000000 + position) for position in (1, 2, 3, 4)}
    fake_gateway.answer = lambda message: (
        Refused("1", "bad number", Words("Said so."), narrow=True)
        if message.callees[0].number in early
        else accept(message)
    )
    dispatch(campaign.pk)
    assert everybody_once(fake_gateway, 6)
    assert states_of(campaign) == {"unknown": 4, "submitted": 2}


# Commits


class LostCommits:
    """Like ``django.db.transaction``, but the confirmation of the commits with these numbers does not arrive."""

    def __init__(self, *lost: int) -> None:
        self._lost, self.commits = lost, 0

    @contextmanager
    def atomic(self) -> Iterator[None]:
        with real.atomic():
            yield
        self.commits += 1
        if self.commits in self._lost:
            raise OperationalError("server closed the connection unexpectedly")


# Six people, two at a time: 1 lets out, 2 and 3 settle and let out, 4 settles only.
@pytest.mark.parametrize("lost", [(1,), (2,), (4,), (1, 2, 3, 4)], ids=str)
@pytest.mark.parametrize("rate", [None, 200.0])
def test_a_commit_whose_confirmation_was_lost_is_not_done_again(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, lost: tuple[int, ...], rate: float | None
) -> None:
    monkeypatch.setattr(retry, "PAUSES", (0, 0))
    commits = LostCommits(*lost)
    monkeypatch.setattr(batch_transaction, "transaction", commits)
    account = make_account(settings=ONE_EACH, parallel_requests=2, requests_per_second=rate)
    campaign = make_campaign(account, recipients=6)
    end = time.monotonic() + 10
    dispatch(campaign.pk, http=NoHttp(), stopping=lambda: time.monotonic() > end)
    assert commits.commits >= 4
    assert everybody_once(fake_gateway, 6)
    assert states_of(campaign) == {"submitted": 6}
    assert list(campaign.recipients.values_list("attempts", flat=True).distinct()) == [1]
    assert set(Submission.objects.values_list("state", "late")) == {("answered", False)}
    assert list(Chunk.objects.values_list("lease_until", "orphaned", "next_attempt_at")) == [(None, False, None)]


def test_a_commit_lost_for_longer_than_patience_leaves_them_unknown_and_asks_nobody_twice(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "PAUSES", ())
    monkeypatch.setattr(batch_transaction, "transaction", LostCommits(2))
    campaign = make_campaign(make_account(settings=ONE_EACH, parallel_requests=2), recipients=6)
    with pytest.raises(OperationalError):
        run(campaign)
    end_leases()
    run(campaign)
    assert everybody_once(fake_gateway, 4)
    assert states_of(campaign) == {"submitted": 4, "unknown": 2}
    assert in_flight(campaign) == 0


# Statements that fail while requests are in flight


@pytest.mark.parametrize("statement", ["claim", "renew"])
def test_what_is_in_flight_is_settled_although_the_leases_cannot_be_seen_to(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    monkeypatch.setattr(retry, "PAUSES", ())
    monkeypatch.setattr(leased_chunks, "RENEW_SECONDS", 0.0)
    monkeypatch.setattr(leased_chunks, "CLAIM_PAUSE_SECONDS", 0.0)
    line = hold_line(monkeypatch, fake_gateway)
    line.holds = lambda collected: collected < 3
    campaign = make_campaign(make_account(settings=ONE_EACH, parallel_requests=4), recipients=8, chunk=2)
    working = getattr(chunk_leases, statement)

    def breaks_in_flight(*args: Any) -> Any:
        if line.in_flight:
            raise OperationalError("database is locked")
        return working(*args)

    monkeypatch.setattr(chunk_leases, statement, breaks_in_flight)
    with pytest.raises(OperationalError):
        dispatch(campaign.pk)
    asked = len(fake_gateway.asked)
    assert 0 < asked < 8
    assert states_of(campaign) == {"submitted": asked, "pending": 8 - asked}
    assert in_flight(campaign) == 0
    assert not Chunk.objects.filter(lease_until__isnull=False).exists()


def test_what_is_in_flight_is_settled_although_an_ended_chunk_cannot_be_given_back(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "PAUSES", ())
    line = hold_line(monkeypatch, fake_gateway)
    line.holds = lambda collected: collected < 3
    # The second chunk has nobody to send to, so it is given back while the first is in flight.
    campaign = make_campaign(make_account(settings=ONE_EACH, parallel_requests=4), recipients=2, chunk=1)
    Recipient.objects.filter(position=2).update(number="9991")

    def breaks_in_flight(*args: Any) -> None:
        if line.in_flight:
            raise OperationalError("database is locked")

    monkeypatch.setattr(chunk_leases, "release", breaks_in_flight)
    with pytest.raises(OperationalError):
        dispatch(campaign.pk)
    assert states_of(campaign) == {"submitted": 1, "skipped": 1}
    assert in_flight(campaign) == 0
