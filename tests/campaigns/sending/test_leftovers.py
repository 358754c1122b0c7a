"""What a request without outcome, a late receipt or a failing step leaves behind is found and put right."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from campaigns.lifecycle import services
from campaigns.models import Campaign, Chunk
from campaigns.receipts.ingest import apply_pushes
from campaigns.sending import chunk_leases
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.plan import Content, Request, plan
from campaigns.upkeep import sweeps
from providers.contract.abilities import Ability
from providers.contract.errors import Accepted, Answered, SubmitAnswer
from providers.contract.messages import Message
from providers.models import InboundPush
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

from .lines import hold_line
from .steps import claim_one, in_flight, write_intents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

ONE_EACH = {"max_callees_voice_file": 1}


def run(campaign: Campaign) -> None:
    while dispatch(campaign.pk, http=NoHttp()):
        pass


def end_leases() -> None:
    Chunk.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))


def accept(message: Message) -> Answered:
    return Answered(tuple(Accepted(callee.ref, "x") for callee in message.callees))


# Chunks with an open intent


def requests_of(
    campaign: Campaign, claim: chunk_leases.Claim, gateway: FakeGateway, now: datetime
) -> Sequence[Request]:
    members = chunk_leases.due([claim], now)[claim.chunk_id]
    content = Content(Ability(campaign.kind), file_id="f.mp3")
    return plan(members, content, gateway, campaign.account.access(), f"{campaign.reference}-{claim.prefix}").requests


@pytest.mark.parametrize(("state", "others"), [("paused", "pending"), ("cancelling", "cancelled")])
def test_a_chunk_that_is_given_back_with_an_open_intent_is_looked_after_although_its_campaign_stands(
    fake_gateway: FakeGateway, state: str, others: str
) -> None:
    campaign = make_campaign(make_account(settings=ONE_EACH), recipients=5)
    now = timezone.now()
    claim = claim_one(campaign, now)
    write_intents(claim, requests_of(campaign, claim, fake_gateway, now)[:2], now)
    chunk_leases.release([claim], now)
    assert Chunk.objects.get().orphaned
    Campaign.objects.update(state=state)
    sweeps.cancel_waiting()
    assert states_of(campaign) == {"pending": 5}
    sweeps.sweep()
    assert states_of(campaign) == {"unknown": 2, others: 3}
    assert list(Chunk.objects.values_list("lease_until", "orphaned")) == [(None, False)]
    assert in_flight(campaign) == 0


@pytest.mark.parametrize(
    ("end", "others"), [(services.pause, "pending"), (services.cancel, "cancelled")], ids=["pause", "cancel"]
)
def test_a_request_whose_answer_a_gateway_could_not_read_is_unknown_once_its_lease_has_ended(
    fake_gateway: FakeGateway,
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[[Campaign, None], None],
    others: str,
) -> None:
    hold_line(monkeypatch, fake_gateway)
    campaign = make_campaign(make_account(settings=ONE_EACH, parallel_requests=3), recipients=5)

    def unreadable(message: Message) -> SubmitAnswer:
        if message.callees[0].number.endswith("2"):
            raise ValueError("not what the document says")
        return accept(message)

    fake_gateway.answer = unreadable
    with pytest.raises(ValueError, match="document"):
        dispatch(campaign.pk)
    end(campaign, None)
    sweeps.sweep()
    assert states_of(campaign) == {"submitted": 2, "pending": 3}
    end_leases()
    sweeps.sweep()
    assert states_of(campaign) == {"submitted": 2, "unknown": 1, others: 2}


def test_the_sweep_looks_after_who_was_in_a_request_although_no_worker_comes_to_that_chunk(
    fake_gateway: FakeGateway,
) -> None:
    campaign = make_campaign(make_account(settings=ONE_EACH), recipients=5)
    now = timezone.now()
    claim = claim_one(campaign, now)
    write_intents(claim, requests_of(campaign, claim, fake_gateway, now)[:2], now)
    sweeps.sweep()
    assert (in_flight(campaign), states_of(campaign)) == (2, {"pending": 5})
    end_leases()
    sweeps.sweep()
    campaign.refresh_from_db()
    assert (in_flight(campaign), campaign.state) == (0, "running")
    assert states_of(campaign) == {"unknown": 2, "pending": 3}
    run(campaign)
    assert fake_gateway.numbers_asked == [f"861380000000{place}" for place in (3, 4, 5)]


# Receipts and the sweep


@pytest.mark.parametrize("verdict", ["delivered", "undelivered"])
def test_a_receipt_takes_out_who_was_to_be_sent_to_again_before_that_request_leaves(
    fake_gateway: FakeGateway, verdict: str
) -> None:
    account = make_account(settings=ONE_EACH, parallel_requests=1)
    campaign = make_campaign(account, recipients=3)
    campaign.recipients.filter(position=3).update(attempts=1, provider_id="early")

    def hear_of_the_third(message: Message) -> Answered:
        if len(fake_gateway.asked) == 1:
            told = f"early||8613800000003|{verdict}|2|1"
            InboundPush.objects.create(account=account, door="receipts", body=told.encode())
            apply_pushes()
        return accept(message)

    fake_gateway.answer = hear_of_the_third
    run(campaign)
    assert fake_gateway.numbers_asked == ["8613800000001", "8613800000002"]
    assert states_of(campaign) == {"submitted": 2, verdict: 1}
    assert in_flight(campaign) == 0


def test_a_step_of_the_sweep_that_fails_is_raised_after_the_others_have_worked(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign(make_account(), recipients=2)
    run(campaign)
    campaign.recipients.update(state="delivered")

    def broken(*args: Any) -> Any:
        raise OperationalError("could not serialize access")

    monkeypatch.setattr(chunk_leases, "claim_abandoned", broken)
    with pytest.raises(OperationalError, match="serialize"):
        sweeps.sweep()
    campaign.refresh_from_db()
    assert campaign.state == "finished"
