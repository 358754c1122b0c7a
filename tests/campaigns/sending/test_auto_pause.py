"""A campaign of which too many come back refused or unknown pauses by itself, and staff can let it go on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.lifecycle import services
from campaigns.models import Activity, Campaign, Chunk
from campaigns.sending import chunk_leases, send_loop
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.plan import Content, plan
from notifyadmin.web.words import in_words
from providers.contract.abilities import Ability
from providers.contract.errors import Answered, RefusedCallee, SubmitAnswer, Unknown
from providers.contract.messages import Message
from providers.contract.words import Words
from providers.models import Account
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of
from tests.factories.fakes import accept_all

from .steps import claim_one, write_intents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

SAID = Words("Said so.")


@pytest.fixture(autouse=True)
def watched_at_every_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(send_loop, "WATCH_SECONDS", 0.0)


def run(campaign: Campaign) -> None:
    while dispatch(campaign.pk, http=NoHttp()):
        pass


def unclear(message: Message) -> SubmitAnswer:
    return Unknown(SAID)


def refused(message: Message) -> SubmitAnswer:
    return Answered((), tuple(RefusedCallee(callee.ref, "7", "no", SAID) for callee in message.callees))


def make_guarded(recipients: int = 30, **values: int) -> Campaign:
    """One person per request, one request after the other."""
    numbers = {"guard_percent": 20, "guard_least": 4, "breaker_failures": 1000} | values
    account = make_account(settings={"max_callees_voice_file": 1}, parallel_requests=1, **numbers)
    return make_campaign(account, recipients=recipients)


def paused_by_itself() -> int:
    return Activity.objects.filter(kind="auto_paused", attention=True).count()


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (unclear, "unknown", "5 of 30 recipients are unknown: the provider may or may not have taken them."),
        (
            refused,
            "rejected",
            "5 of 30 recipients came back refused. That is more than 20 percent of the 5 that were tried",
        ),
    ],
    ids=["unknown", "refused"],
)
def test_too_many_failures_pause_the_campaign_with_words(
    fake_gateway: FakeGateway, answer: Callable[[Message], SubmitAnswer], state: str, said: str
) -> None:
    campaign = make_guarded()
    fake_gateway.answer = answer
    run(campaign)
    campaign.refresh_from_db()
    assert campaign.state == "paused"
    assert in_words(campaign.pause_words).startswith(said)
    assert "more than 20 percent of the 5 that were tried" in in_words(campaign.pause_words)
    # The next request was written down with the outcome of the fourth.
    assert states_of(campaign) == {state: 5, "pending": 25}
    assert len(fake_gateway.asked) == 5
    line = Activity.objects.get(kind="auto_paused")
    # The line says what was known when it was written, the campaign what became of all.
    assert (line.campaign_id, line.attention) == (campaign.pk, True)
    assert in_words(line.words).startswith("4 of 30 recipients")


def test_a_share_within_what_the_account_allows_does_not_pause(fake_gateway: FakeGateway) -> None:
    campaign = make_guarded(recipients=40, guard_percent=20)
    # Every fifth: twenty percent, and never more of those tried so far.
    fake_gateway.answer = lambda message: accept_all(message) if len(fake_gateway.asked) % 5 else refused(message)
    run(campaign)
    assert states_of(campaign) == {"submitted": 32, "rejected": 8}
    assert paused_by_itself() == 0


def test_few_failures_do_not_pause_whatever_their_share(fake_gateway: FakeGateway) -> None:
    campaign = make_guarded(recipients=3)
    fake_gateway.answer = unclear
    run(campaign)
    assert states_of(campaign) == {"unknown": 3}
    assert paused_by_itself() == 0


def test_after_staff_resume_it_does_not_pause_for_what_they_have_seen(fake_gateway: FakeGateway) -> None:
    campaign = make_guarded()
    fake_gateway.answer = unclear
    run(campaign)
    services.resume(campaign, None)
    # One more does not make it pause again, although six of thirty would be too many without what was seen.
    fake_gateway.answer = lambda message: unclear(message) if len(fake_gateway.asked) == 6 else accept_all(message)
    run(campaign)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.pause_words) == ("running", "")
    assert states_of(campaign) == {"unknown": 6, "submitted": 24}
    assert paused_by_itself() == 1


def test_after_staff_resume_it_pauses_for_as_many_new_failures(fake_gateway: FakeGateway) -> None:
    campaign = make_guarded()
    fake_gateway.answer = unclear
    run(campaign)
    services.resume(campaign, None)
    run(campaign)
    campaign.refresh_from_db()
    assert campaign.state == "paused"
    assert in_words(campaign.pause_words).startswith("9 of 30 recipients are unknown")
    # After a resume requests go one by one until one is answered, and each is looked at before the next leaves.
    assert states_of(campaign) == {"unknown": 9, "pending": 21}
    assert paused_by_itself() == 2


def test_what_was_seen_and_has_been_settled_since_does_not_hide_new_failures(fake_gateway: FakeGateway) -> None:
    campaign = make_guarded()
    fake_gateway.answer = unclear
    run(campaign)
    services.resume(campaign, None)
    assert campaign.guard_base["unknown"] == 5
    campaign.recipients.filter(state="unknown").update(state="delivered")
    run(campaign)
    campaign.refresh_from_db()
    assert campaign.state == "paused"
    # The first that is looked at counts as seen, for nobody looked in between.
    assert states_of(campaign) == {"delivered": 5, "unknown": 5, "pending": 20}
    assert campaign.guard_base["unknown"] == 1


def test_the_requests_of_a_vanished_worker_count_too(fake_gateway: FakeGateway) -> None:
    campaign = make_guarded(recipients=10)
    Account.objects.update(parallel_requests=8)
    now = timezone.now()
    claim = claim_one(campaign, now)
    assert claim is not None
    members = chunk_leases.due([claim], now)[claim.chunk_id]
    content = Content(Ability(campaign.kind), file_id="f.mp3")
    requests = plan(members, content, fake_gateway, campaign.account.access(), f"x-{claim.prefix}").requests
    write_intents(claim, requests[:6], now)
    Account.objects.update(parallel_requests=1)
    Chunk.objects.update(lease_until=now - timedelta(seconds=1))
    run(campaign)
    campaign.refresh_from_db()
    assert campaign.state == "paused"
    assert states_of(campaign) == {"unknown": 6, "pending": 4}
    assert fake_gateway.asked == []
