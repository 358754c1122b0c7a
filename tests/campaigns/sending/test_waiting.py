"""When a provider asks for a pause, or the account itself is at fault, nobody is asked for in vain and nobody fails."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Chunk, Gate, Recipient
from campaigns.sending.dispatcher import dispatch
from campaigns.upkeep import sweeps
from notifyadmin.web.words import in_words
from providers.contract.errors import Accepted, Answered, NotSent, Refused, SubmitAnswer
from providers.contract.messages import Message
from providers.contract.statuses import Concern
from providers.contract.words import Words
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

SAID = Words("Said so.")
PAUSES = [Refused("429", "fast", SAID, Concern.PASSING, retry_after=30), NotSent(SAID, retry_after=30)]


def run(campaign: Campaign) -> None:
    while dispatch(campaign.pk, http=NoHttp()):
        pass


@pytest.mark.parametrize("pause", PAUSES, ids=lambda answer: type(answer).__name__)
def test_a_provider_that_asks_for_a_pause_is_not_asked_again_before_its_end(
    fake_gateway: FakeGateway, pause: SubmitAnswer
) -> None:
    account = make_account(settings={"max_callees_voice_file": 1}, parallel_requests=2)
    campaign = make_campaign(account, recipients=9, chunk=3)
    fake_gateway.answer = lambda message: pause
    run(campaign)
    assert len(fake_gateway.asked) == 2
    assert states_of(campaign) == {"held": 2, "pending": 7}
    assert Gate.objects.get().rest_until > timezone.now() + timedelta(seconds=25)
    run(make_campaign(account, recipients=3))
    assert len(fake_gateway.asked) == 2


def test_after_the_pause_everybody_is_sent_to(fake_gateway: FakeGateway) -> None:
    account = make_account(settings={"max_callees_voice_file": 1}, parallel_requests=1)
    campaign = make_campaign(account, recipients=4, chunk=2)
    fake_gateway.answer = lambda message: PAUSES[0]
    run(campaign)
    campaign.recipients.filter(state="held").update(held_until=timezone.now())
    campaign.chunks.update(next_attempt_at=timezone.now())
    Gate.objects.update(rest_until=timezone.now())
    fake_gateway.answer = lambda message: Answered(tuple(Accepted(c.ref, "x") for c in message.callees))
    run(campaign)
    assert states_of(campaign) == {"submitted": 4}


def test_a_pause_asked_for_in_one_of_several_requests_keeps_the_answers_of_the_others(
    fake_gateway: FakeGateway,
) -> None:
    account = make_account(settings={"max_callees_voice_file": 1}, parallel_requests=3)
    campaign = make_campaign(account, recipients=6)

    def second_too_fast(message: Message) -> SubmitAnswer:
        (callee,) = message.callees
        return PAUSES[0] if callee.number.endswith("2") else Answered((Accepted(callee.ref, "x"),))

    fake_gateway.answer = second_too_fast
    run(campaign)
    assert states_of(campaign) == {"submitted": 2, "held": 1, "pending": 3}


def let_it_pass() -> None:
    now = timezone.now()
    Gate.objects.update(rest_until=now)
    Recipient.objects.filter(state="held").update(held_until=now)
    Chunk.objects.update(next_attempt_at=now)


def rest() -> float:
    return round((Gate.objects.get().rest_until - timezone.now()).total_seconds(), -1)


def test_without_a_word_how_long_pauses_grow_and_one_request_tries_after_each(
    fake_gateway: FakeGateway, published: list[str]
) -> None:
    account = make_account(settings={"max_callees_voice_file": 1}, parallel_requests=8, longest_pause=200)
    campaign = make_campaign(account, recipients=40)
    fake_gateway.answer = lambda message: Refused("-15", "busy", SAID, Concern.PASSING)
    rests, asked = [], []
    for _ in range(5):
        run(campaign)
        sweeps.wake_due_campaigns()
        rests.append(rest())
        asked.append(len(fake_gateway.asked))
        let_it_pass()
    assert rests == [30, 60, 120, 200, 200]
    assert asked == [8, 9, 10, 11, 12]
    assert published == []
    fake_gateway.answer = lambda message: Answered(tuple(Accepted(c.ref, "x") for c in message.callees))
    run(campaign)
    assert states_of(campaign) == {"submitted": 40}
    assert Gate.objects.get().passing_refusals == 0


@pytest.mark.parametrize(("told", "seconds"), [(600, 600), (1, 20), (99_999, 1000)])
def test_how_long_to_wait_is_kept_to_within_the_bounds_of_the_account(
    fake_gateway: FakeGateway, told: float, seconds: int
) -> None:
    bounds = {"shortest_pause": 20, "longest_pause": 1000}
    account = make_account(settings={"max_callees_voice_file": 1}, parallel_requests=1, **bounds)
    campaign = make_campaign(account, recipients=3)
    fake_gateway.answer = lambda message: Refused("429", "fast", SAID, Concern.PASSING, retry_after=told)
    run(campaign)
    gate, held = Gate.objects.get(), campaign.recipients.get(state="held")
    assert timedelta(seconds=seconds - 9) < gate.rest_until - timezone.now() <= timedelta(seconds=seconds)
    assert gate.rest_until == held.held_until
    assert f"rests for {seconds:,} seconds" in in_words(gate.words)
    assert len(fake_gateway.asked) == 1
