"""Nobody on the suppression list is sent to, whenever they came on it."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.compose.beginnings.resends.groups import Group
from campaigns.compose.beginnings.resends.services import send_again
from campaigns.counters.selectors import tallies
from campaigns.lifecycle import services
from campaigns.models import Campaign, Chunk, Recipient, Submission, Suppression
from campaigns.models.suppressed import suppressed, waiting_and_suppressed
from campaigns.sending import chunk_leases
from campaigns.sending.dispatcher import content_of, dispatch
from campaigns.sending.plan import in_order, plan
from campaigns.sending.suppressing import SUPPRESSED
from providers.contract.abilities import Ability
from providers.contract.errors import Answered, RefusedCallee, SubmitAnswer
from providers.contract.messages import Message
from providers.contract.words import Words
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of
from tests.factories.fakes import accept_all

from .steps import claim_one, write_intents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def run(campaign: Campaign) -> None:
    while dispatch(campaign.pk, http=NoHttp()):
        pass


def number(position: int) -> str:
    return str(8613800000000 + position)


def suppress(*positions: int, calls: bool = True, messages: bool = True) -> None:
    Suppression.objects.bulk_create(
        [Suppression(number=number(position), calls=calls, messages=messages) for position in positions]
    )


def test_a_suppressed_recipient_is_skipped_in_words_and_costs_no_request(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=5)
    suppress(2, 4)
    run(campaign)
    assert fake_gateway.numbers_asked == [number(1), number(3), number(5)]
    assert states_of(campaign) == {"submitted": 3, "skipped": 2}
    assert {state: amount for state, amount in tallies(campaign).items() if amount} == states_of(campaign)
    skipped = campaign.recipients.get(position=2)
    assert (skipped.reason, skipped.submission, skipped.attempts) == (SUPPRESSED.pack(), None, 0)
    assert skipped.settled_at is not None


def test_when_everybody_is_suppressed_nothing_is_asked_and_the_campaign_finishes(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=3, chunk=2)
    suppress(1, 2, 3)
    run(campaign)
    assert not fake_gateway.asked
    assert not Submission.objects.exists()
    assert not Chunk.objects.filter(next_attempt_at__isnull=False).exists()
    assert not Chunk.objects.filter(lease_until__isnull=False).exists()


@pytest.mark.parametrize(
    ("kind", "calls", "messages", "reached"),
    [
        ("voice_file", True, False, False),
        ("voice_text", True, False, False),
        ("sms", True, False, True),
        ("voice_file", False, True, True),
        ("sms", False, True, False),
    ],
)
def test_calls_and_messages_are_forbidden_apart(
    fake_gateway: FakeGateway, kind: str, calls: bool, messages: bool, reached: bool
) -> None:
    campaign = make_campaign(make_account(), kind, 1)
    suppress(1, calls=calls, messages=messages)
    assert suppressed([number(1)], kind) == (set() if reached else {number(1)})
    assert waiting_and_suppressed(campaign) == (0 if reached else 1)
    run(campaign)
    assert bool(fake_gateway.asked) is reached


@pytest.mark.parametrize("seed", range(8))
def test_whoever_is_suppressed_before_their_turn_is_never_asked_for(fake_gateway: FakeGateway, seed: int) -> None:
    """At any moment while the campaign runs anybody may come on the list; only written intents still go out."""
    random = Random(seed)
    account = make_account(settings={"max_callees_voice_file": random.choice([1, 3, 10])}, parallel_requests=4)
    campaign = make_campaign(account, recipients=60, chunk=20)
    late: set[str] = set()
    suppress(*random.sample(range(1, 61), 5))
    early = set(Suppression.objects.values_list("number", flat=True))

    def answer(message: Message) -> SubmitAnswer:
        someone = random.randrange(1, 61)
        if number(someone) not in early | late:
            written = {
                place for text in Submission.objects.values_list("positions", flat=True) for place in in_order(text)
            }
            if someone not in written:
                late.add(number(someone))
                suppress(someone)
        return accept_all(message)

    fake_gateway.answer = answer
    run(campaign)
    assert late
    assert not (early | late) & set(fake_gateway.numbers_asked)
    assert len(fake_gateway.numbers_asked) == len(set(fake_gateway.numbers_asked)) == 60 - len(early | late)
    assert states_of(campaign) == {"submitted": 60 - len(early | late), "skipped": len(early | late)}


def test_somebody_planned_before_they_came_on_the_list_is_left_out_of_the_intent(fake_gateway: FakeGateway) -> None:
    campaign, now = make_campaign(make_account(), recipients=3), timezone.now()
    claim = claim_one(campaign, now)
    assert claim is not None
    members = chunk_leases.due([claim], now)[claim.chunk_id]
    planned = plan(members, content_of(campaign), fake_gateway, campaign.account.access(), "x-1-1")
    suppress(2)
    departures = write_intents(claim, planned.requests, now)
    assert departures is not None
    assert [one.number for one in departures[0].request.members] == [number(1), number(3)]
    assert Submission.objects.get().positions == "1,3"


def test_a_worker_that_lost_its_lease_skips_nobody(fake_gateway: FakeGateway) -> None:
    """The next owner may have them in a request by now."""
    campaign, now = make_campaign(make_account(), recipients=2), timezone.now()
    claim = claim_one(campaign, now)
    assert claim is not None
    members = chunk_leases.due([claim], now)[claim.chunk_id]
    planned = plan(members, content_of(campaign), fake_gateway, campaign.account.access(), "x-1-1")
    Chunk.objects.update(token=claim.token + 1)
    suppress(1)
    assert write_intents(claim, planned.requests, now) is None
    assert states_of(campaign) == {"pending": 2}


def test_who_was_held_and_then_opted_out_is_skipped_when_the_wait_is_over(fake_gateway: FakeGateway) -> None:
    said = Words("Too fast.")
    fake_gateway.answer = lambda message: Answered(
        (), tuple(RefusedCallee(callee.ref, "4081", "fast", said, retry_after=60) for callee in message.callees)
    )
    campaign = make_campaign(make_account(), recipients=2)
    run(campaign)
    assert states_of(campaign) == {"held": 2}
    suppress(1)
    past = timezone.now() - timedelta(seconds=1)
    Recipient.objects.update(held_until=past)
    Chunk.objects.update(next_attempt_at=past)
    fake_gateway.answer = accept_all
    run(campaign)
    assert states_of(campaign) == {"skipped": 1, "submitted": 1}


def test_a_resumed_campaign_asks_the_list_again(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=2)
    services.pause(campaign, None)
    suppress(1)
    services.resume(campaign, None)
    run(campaign)
    assert fake_gateway.numbers_asked == [number(2)]


def test_sending_again_leaves_out_who_opted_out_since(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=2)
    Recipient.objects.update(state="undelivered", failure="no_answer")
    Campaign.objects.update(state="finished")
    campaign.refresh_from_db()
    draft = send_again(campaign, [Group("undelivered", "no_answer")], None)
    suppress(2)
    services.start(draft, None)
    run(draft)
    assert fake_gateway.numbers_asked == [number(1)]
    assert states_of(draft) == {"submitted": 1, "skipped": 1}


def test_the_list_is_asked_once_per_turn_however_many_are_in_it(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(parallel_requests=8), recipients=4000)
    suppress(*range(1, 4001, 2))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        run(campaign)
    asked = [query["sql"] for query in queries if "FROM campaigns_suppression s" in query["sql"]]
    assert len(asked) <= 4
    assert len(fake_gateway.numbers_asked) == 2000


def test_nobody_and_an_empty_list_are_quickly_answered() -> None:
    assert suppressed([], Ability.SMS) == set()
    assert suppressed(["8613800000001"], Ability.SMS) == set()
