"""Groups that were refused for one of their members, and calls that break."""

import pytest
from django.utils import timezone

from campaigns.dispatch import store
from campaigns.dispatch.dispatcher import dispatch
from campaigns.dispatch.outcomes import outcome_of
from campaigns.dispatch.plan import Content, plan
from campaigns.models import Campaign, Submission
from providers.contract.abilities import Ability
from providers.contract.errors import Accepted, Answered, Refused, SubmitAnswer
from providers.contract.messages import Message
from providers.contract.words import Words
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

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


def test_a_request_that_is_wrong_whoever_is_in_it_pauses_the_campaign(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: Refused("-22", "parameter error", SAID)
    campaign = make_campaign(make_account(), recipients=1000)
    run(campaign)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_raw) == ("paused", "parameter error")
    assert len(fake_gateway.asked) < 60
    assert states_of(campaign)["pending"] > 950


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
    members = store.due([claim], now)[claim.chunk_id]
    (request,) = plan(members, content, fake_gateway, campaign.account.access(), f"{campaign.reference}-1-1").requests
    (departure,) = write_intents(claim, [request], now)
    later = now + 2 * store.LEASE
    store.settle_orphans(claim_one(campaign, later), later)
    assert settle(departure, outcome_of(accepted(request.message), request, later), later) is False
    assert states_of(campaign) == {"unknown": 2}
    assert set(campaign.recipients.values_list("provider_id", flat=True)) == {"id-8613800000001", "id-8613800000002"}
    assert Submission.objects.get().late
