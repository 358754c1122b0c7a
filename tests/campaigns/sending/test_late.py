"""Answers that come after their worker lost its lease: kept as evidence, and nobody is moved by them."""

from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from campaigns.counters.selectors import tallies
from campaigns.models import Campaign, Chunk, Submission
from campaigns.sending import batch_transaction, chunk_leases, send_loop
from campaigns.sending.batch_transaction import Departure, Settled, settle_and_claim
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.outcomes import outcome_of
from campaigns.sending.plan import Request
from campaigns.sending.rate_limiter import News
from notifyadmin.db import retry
from providers.contract.errors import Accepted, Answered, Refused, Unknown
from providers.contract.messages import Message
from providers.contract.words import Words
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

from .steps import claim_one, failing_first, in_flight, plan_of, rules_of, settle, write_intents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

SAID = Words("Said so.")
REFUSED = Refused("9", "9", SAID, retry_after=60)


def lost(campaign: Campaign, gateway: FakeGateway, later: datetime) -> Departure:
    """A request for everybody that has left, and whose people were found without their worker *later*."""
    claim = claim_one(campaign, timezone.now())
    (departure,) = write_intents(claim, plan_of(campaign, claim, gateway), timezone.now())
    second = claim_one(campaign, later)
    assert second.token == claim.token + 1
    assert chunk_leases.settle_orphans(second, later) == campaign.total
    return departure


def taken(request: Request) -> Answered:
    return Answered(tuple(Accepted(callee.ref, "x") for callee in request.message.callees))


def test_a_worker_that_lost_its_lease_moves_nobody_but_keeps_its_evidence(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=3)
    later = timezone.now() + 2 * chunk_leases.LEASE
    departure = lost(campaign, fake_gateway, later)
    assert settle(departure, outcome_of(taken(departure.request), departure.request, later), later) is False
    assert states_of(campaign) == {"unknown": 3}
    submission = Submission.objects.get()
    assert (submission.state, submission.late) == ("answered", True)


@pytest.mark.parametrize(
    ("answer", "late_seconds"), [(None, 0), (None, 60), (REFUSED, 0), (REFUSED, 60), (Unknown(SAID), 60)]
)
def test_a_late_answer_does_not_move_those_who_are_to_be_sent_again(
    fake_gateway: FakeGateway, answer: Refused | Unknown | None, late_seconds: int
) -> None:
    campaign = make_campaign(make_account(), recipients=2)
    later = timezone.now() + 2 * chunk_leases.LEASE
    departure = lost(campaign, fake_gateway, later)
    campaign.recipients.update(state="pending", submission=None)
    came = later + timedelta(seconds=late_seconds)
    outcome = outcome_of(answer or taken(departure.request), departure.request, came)
    assert settle(departure, outcome, came) is False
    people = campaign.recipients.values_list("state", "attempts", "submission", "provider_id")
    assert list(people) == [("pending", 1, None, "")] * 2
    assert Submission.objects.get().late


def test_a_late_answer_is_kept_although_the_database_is_busy_for_a_moment(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign(make_account(), recipients=2)
    later = timezone.now() + 2 * chunk_leases.LEASE
    departure = lost(campaign, fake_gateway, later)
    monkeypatch.setattr(
        batch_transaction,
        "write_late",
        failing_first(batch_transaction.write_late, OperationalError("deadlock detected")),
    )
    monkeypatch.setattr(retry, "PAUSES", (0,))
    assert settle(departure, outcome_of(taken(departure.request), departure.request, later), later) is False
    assert states_of(campaign) == {"unknown": 2}
    assert set(campaign.recipients.values_list("provider_id", flat=True)) == {"x"}
    assert (Submission.objects.get().state, Submission.objects.get().late) == ("answered", True)


def test_who_was_let_out_leaves_although_a_late_answer_cannot_be_kept(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign(make_account(parallel_requests=1), recipients=4, chunk=2)
    monkeypatch.setattr(
        send_loop, "store_late", failing_first(send_loop.store_late, OperationalError("the database is away"))
    )

    def lose_the_first(message: Message) -> Answered:
        if len(fake_gateway.asked) == 1:
            Chunk.objects.filter(number=1).update(lease_until=timezone.now() - timedelta(seconds=1))
            chunk_leases.settle_orphans(claim_one(campaign, timezone.now()), timezone.now())
        return Answered(tuple(Accepted(callee.ref, "x") for callee in message.callees))

    fake_gateway.answer = lose_the_first
    with pytest.raises(OperationalError):
        dispatch(campaign.pk, http=NoHttp())
    assert states_of(campaign) == {"unknown": 2, "submitted": 2}
    assert in_flight(campaign) == 0


def test_an_outcome_of_the_lost_and_one_of_ours_are_told_apart_in_one_turn(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=4, chunk=2)
    now = timezone.now()
    gone, ours = chunk_leases.claim(campaign.pk, now, 2)
    settled = []
    for claim in (gone, ours):
        (request,) = plan_of(campaign, claim, fake_gateway)
        (departure,) = write_intents(claim, [request], now)
        settled.append(Settled(departure.submission_id, claim, request, outcome_of(REFUSED, request, now), now))
    chunk_leases.renew([ours], now + chunk_leases.LEASE)
    later = now + chunk_leases.LEASE + timedelta(seconds=5)
    chunk_leases.settle_orphans(claim_one(campaign, later), later)
    assert settle_and_claim(settled, (), rules_of(ours), News(), later).late.keys() == {settled[0].submission_id}
    assert states_of(campaign) == {"unknown": 2, "held": 2}
    assert {state: number for state, number in tallies(campaign).items() if number} == states_of(campaign)
