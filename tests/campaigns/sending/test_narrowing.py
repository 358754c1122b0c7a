"""Groups that were refused for one of their members, and calls that break."""

import math
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.lifecycle import services
from campaigns.models import Campaign, Chunk, Submission, Suppression
from campaigns.sending import chunk_leases, leased_chunks
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.narrowing import ALONE
from campaigns.sending.outcomes import outcome_of
from campaigns.sending.plan import Content, plan
from providers.contract.abilities import Ability
from providers.contract.errors import Accepted, Answered, Refused, SubmitAnswer, Unknown
from providers.contract.messages import Message
from providers.contract.statuses import Concern
from providers.contract.words import Words
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

from .lines import hold_line
from .steps import claim_one, in_flight, settle, write_intents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

SAID = Words("A number is wrong.")


def accepted(message: Message) -> Answered:
    return Answered(tuple(Accepted(callee.ref, f"id-{callee.number}") for callee in message.callees))


def refusing(*positions: int):
    bad = {str(8613800000000 + position) for position in positions}

    def answer(message: Message) -> SubmitAnswer:
        if bad & {callee.number for callee in message.callees}:
            return Refused("-9", "bad number", SAID, narrow=True)
        return accepted(message)

    return answer


def run(campaign: Campaign) -> None:
    while dispatch(campaign.pk, http=NoHttp()):
        pass


@pytest.mark.parametrize("bad", [(1,), (1000,), (500, 501), (3, 400, 777, 999)])
def test_only_the_bad_members_of_a_refused_group_are_rejected(fake_gateway: FakeGateway, bad: tuple[int, ...]) -> None:
    fake_gateway.answer = refusing(*bad)
    campaign = make_campaign(make_account(), recipients=1000)
    run(campaign)
    rejected = campaign.recipients.filter(state="rejected").order_by("position")
    assert tuple(rejected.values_list("position", flat=True)) == bad
    assert states_of(campaign) == {"submitted": 1000 - len(bad), "rejected": len(bad)}
    assert rejected[0].code == "-9"
    assert len(fake_gateway.asked) <= 2 + 2 * 10 * len(bad)


def test_nobody_is_accepted_twice_while_narrowing(fake_gateway: FakeGateway) -> None:
    taken: list[str] = []
    refuse = refusing(7, 90)

    def answer(message: Message) -> SubmitAnswer:
        said = refuse(message)
        if isinstance(said, Answered):
            taken.extend(callee.number for callee in message.callees)
        return said

    fake_gateway.answer = answer
    run(make_campaign(make_account(), recipients=100))
    assert len(taken) == len(set(taken)) == 98


def test_a_request_that_is_wrong_whoever_is_in_it_pauses_the_campaign_with_the_first_request(
    fake_gateway: FakeGateway,
) -> None:
    fake_gateway.answer = lambda message: Refused("-22", "parameter error", SAID)
    campaign = make_campaign(make_account(), recipients=1000)
    run(campaign)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_raw) == ("paused", "parameter error")
    assert len(fake_gateway.asked) == 1
    assert states_of(campaign) == {"pending": 1000}


@pytest.mark.parametrize("people", [3, 4, 64, 1000])
def test_a_content_that_is_refused_for_everybody_costs_a_handful_of_requests_and_rejects_nobody(
    fake_gateway: FakeGateway, people: int
) -> None:
    fake_gateway.answer = lambda message: Refused("-3", "content", SAID, narrow=True)
    account = make_account(settings={"max_callees_voice_file": 100}, parallel_requests=1)
    campaign, other = make_campaign(account, recipients=people), make_campaign(account, recipients=5)
    run(campaign)
    campaign.refresh_from_db()
    account.refresh_from_db()
    assert (campaign.state, campaign.pause_raw, account.state) == ("paused", "content", "active")
    assert states_of(campaign) == {"pending": people}
    assert set(campaign.recipients.values_list("code", "reason", "settled_at")) == {("", "", None)}
    assert len(fake_gateway.asked) == 1 + min(people, ALONE)
    assert max(Counter(fake_gateway.numbers_asked).values()) == 2
    # What was put back has a next step, and the others of the account go on.
    services.resume(campaign, None)
    fake_gateway.answer = accepted
    run(campaign)
    run(other)
    assert (states_of(campaign), states_of(other)) == ({"submitted": people}, {"submitted": 5})


def test_several_groups_refused_at_once_ask_about_one_of_them_and_nothing_else_leaves_meanwhile(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = hold_line(monkeypatch, fake_gateway)
    fake_gateway.answer = lambda message: Refused("-3", "content", SAID, narrow=True)
    account = make_account(settings={"max_callees_voice_file": 50}, parallel_requests=8)
    campaign = make_campaign(account, recipients=1000)
    dispatch(campaign.pk)
    assert line.most == 8
    assert [len(message.callees) for message in fake_gateway.asked] == [50] * 8 + [1] * ALONE
    assert states_of(campaign) == {"pending": 1000}


def test_once_one_alone_is_taken_all_refused_groups_go_on(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_line(monkeypatch, fake_gateway)
    bad = (3, 60, 61, 199, 250, 399)
    fake_gateway.answer = refusing(*bad)
    account = make_account(settings={"max_callees_voice_file": 50}, parallel_requests=8)
    campaign = make_campaign(account, recipients=400, chunk=100)
    dispatch(campaign.pk)
    assert states_of(campaign) == {"submitted": 394, "rejected": 6}
    rejected = campaign.recipients.filter(state="rejected").order_by("position")
    assert tuple(rejected.values_list("position", flat=True)) == bad
    assert max(Counter(fake_gateway.numbers_asked).values()) <= 2 + math.ceil(math.log2(50))


def test_two_who_are_both_wrong_are_rejected_and_do_not_stop_the_others(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = refusing(1, 2)
    account = make_account(settings={"max_callees_voice_file": 2}, parallel_requests=1)
    campaign = make_campaign(account, recipients=6)
    run(campaign)
    assert states_of(campaign) == {"rejected": 2, "submitted": 4}


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_refused_group_that_turns_out_to_be_about_the_account_stops_at_once(
    fake_gateway: FakeGateway, place: int
) -> None:
    def answer(message: Message) -> SubmitAnswer:
        if len(fake_gateway.asked) > place:
            return Refused("-10", "no money", SAID, Concern.BALANCE)
        return accepted(message) if len(message.callees) == 1 else Refused("-9", "bad number", SAID, narrow=True)

    fake_gateway.answer = answer
    account = make_account(parallel_requests=1)
    campaign = make_campaign(account, recipients=64)
    run(campaign)
    account.refresh_from_db()
    assert (account.state, account.pause_concern) == ("paused", "balance")
    assert len(fake_gateway.asked) == place + 1
    assert "rejected" not in states_of(campaign)


def test_who_is_asked_for_alone_and_stays_unclear_does_not_stall_the_others(fake_gateway: FakeGateway) -> None:
    refuse = refusing(7)
    fake_gateway.answer = lambda message: Unknown(SAID) if len(fake_gateway.asked) == 2 else refuse(message)
    campaign = make_campaign(make_account(parallel_requests=1), recipients=64)
    run(campaign)
    assert states_of(campaign) in ({"submitted": 62, "rejected": 1, "unknown": 1}, {"submitted": 63, "unknown": 1})


def test_a_chunk_that_is_lost_while_one_of_it_is_asked_for_alone_does_not_stall_the_worker(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leased_chunks, "RENEW_SECONDS", 0.0)
    line = hold_line(monkeypatch, fake_gateway)
    fake_gateway.answer = refusing(7)
    campaign = make_campaign(make_account(parallel_requests=1), recipients=30)

    def look(collected: int) -> None:
        if len(fake_gateway.asked) == 2:
            line.look, line.holds = lambda _: None, lambda later: later <= collected + 2
            Chunk.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            other = claim_one(campaign, timezone.now())
            chunk_leases.settle_orphans(other, timezone.now())
            chunk_leases.release([other], timezone.now())

    line.look = look
    end = time.monotonic() + 20
    dispatch(campaign.pk, stopping=lambda: time.monotonic() > end)
    assert time.monotonic() < end
    dispatch(campaign.pk)
    assert states_of(campaign) in ({"submitted": 28, "rejected": 1, "unknown": 1}, {"submitted": 29, "unknown": 1})


def test_whoever_may_not_be_asked_for_alone_any_more_does_not_stall_the_others(fake_gateway: FakeGateway) -> None:
    refuse = refusing(7)

    def answer(message: Message) -> SubmitAnswer:
        if len(fake_gateway.asked) == 1:
            # All but three wish not to be called, just now.
            numbers = Campaign.objects.get().recipients.exclude(position__in=(1, 7, 9)).values_list("number", flat=True)
            Suppression.objects.bulk_create(Suppression(number=number) for number in numbers)
        return refuse(message)

    fake_gateway.answer = answer
    campaign = make_campaign(make_account(parallel_requests=1), recipients=30)
    run(campaign)
    assert states_of(campaign) == {"submitted": 2, "rejected": 1, "skipped": 27}


def test_a_call_that_breaks_does_not_cost_the_answers_beside_it(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "voice_text", 4)

    def answer(message: Message) -> SubmitAnswer:
        if message.callees[0].number.endswith("2"):
            raise RuntimeError("the gateway broke its contract")
        return accepted(message)

    fake_gateway.answer = answer
    with pytest.raises(RuntimeError):
        dispatch(campaign.pk, http=NoHttp())
    assert states_of(campaign) == {"submitted": 3, "held": 1}
    assert in_flight(campaign) == 0


def test_a_late_answer_still_tells_under_which_id_the_receipt_will_come(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=2)
    now = timezone.now()
    claim = claim_one(campaign, now)
    content = Content(Ability(campaign.kind), file_id="f.mp3")
    members = chunk_leases.due([claim], now)[claim.chunk_id]
    (request,) = plan(members, content, fake_gateway, campaign.account.access(), f"{campaign.reference}-1-1").requests
    (departure,) = write_intents(claim, [request], now)
    later = now + 2 * chunk_leases.LEASE
    chunk_leases.settle_orphans(claim_one(campaign, later), later)
    assert settle(departure, outcome_of(accepted(request.message), request, later), later) is False
    assert states_of(campaign) == {"unknown": 2}
    assert set(campaign.recipients.values_list("provider_id", flat=True)) == {"id-8613800000001", "id-8613800000002"}
    assert Submission.objects.get().late
