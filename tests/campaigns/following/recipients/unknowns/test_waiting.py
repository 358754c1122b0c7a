"""Deciding about recipients who wait."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.counters.recounts.recount import differences_of
from campaigns.following.evidence.timeline import moments
from campaigns.following.recipients.unknowns.waiting import Waiting, decide
from campaigns.lifecycle import services
from campaigns.lifecycle.base import NotPossible
from campaigns.models import Activity, Campaign
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.hold import hold_all, release
from campaigns.upkeep import sweeps
from providers.contract.words import Words
from tests.campaigns.sending.steps import claim_one, plan_of, write_intents
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    """Paused; of twelve people in two chunks the first is delivered, the second held, the third unknown."""
    campaign = make_campaign(make_account(), recipients=12, chunk=6)
    for position, state in enumerate(("delivered", "held", "unknown"), 1):
        campaign.recipients.filter(position=position).update(state=state)
    campaign.recipients.filter(state="held").update(held_until=timezone.now() + timedelta(hours=1))
    services.pause(campaign, None)
    return campaign


@pytest.mark.parametrize(("choice", "state"), [("sent", "submitted"), ("skip", "skipped")])
def test_everybody_who_waits_goes_where_the_decision_says_and_nobody_else_moves(
    campaign: Campaign, choice: str, state: str
) -> None:
    user = make_user()
    assert decide(campaign, Waiting(choice), user, note="seen in the bill") == 10
    assert states_of(campaign) == {"delivered": 1, "unknown": 1, state: 10}
    assert differences_of([campaign.pk]) == []
    line = Activity.objects.get(kind="resolved")
    assert (line.user, line.positions) == (user, "2,4-12")
    assert "seen in the bill" in line.words
    person = campaign.recipients.select_related("campaign__account").get(position=5)
    told = [note for moment in moments(person) for note in moment.notes]
    assert any(user.get_username() in note for note in told)


def test_nobody_of_them_is_sent_to_and_the_campaign_ends(campaign: Campaign, fake_gateway: FakeGateway) -> None:
    decide(campaign, Waiting.SENT, None, recipient_ids=_ids(campaign, 2, 4, 5))
    decide(campaign, Waiting.SKIP, None)
    campaign.recipients.filter(state="unknown").update(state="delivered")
    services.resume(campaign, None)
    dispatch(campaign.pk, http=NoHttp())
    assert fake_gateway.asked == []
    campaign.recipients.filter(state="submitted").update(submitted_at=timezone.now() - timedelta(hours=100))
    sweeps.expire()
    sweeps.sweep()
    campaign.refresh_from_db()
    assert states_of(campaign) == {"delivered": 2, "expired": 3, "skipped": 7}
    assert campaign.state == "finished"


def test_a_campaign_that_sends_has_to_be_paused_or_everything_held(campaign: Campaign) -> None:
    services.resume(campaign, None)
    with pytest.raises(NotPossible, match="Pause it, or hold all sending"):
        decide(campaign, Waiting.SKIP, None)
    hold_all(Words("Why."), "person")
    assert decide(campaign, Waiting.SKIP, None) == 10
    campaign.refresh_from_db()
    assert campaign.state == "running"
    release(None)


@pytest.mark.parametrize("state", ["draft", "scheduled", "cancelling", "cancelled", "finished"])
def test_nobody_is_decided_about_in_a_campaign_that_does_not_run(campaign: Campaign, state: str) -> None:
    Campaign.objects.update(state=state)
    with pytest.raises(NotPossible, match="does not run"):
        decide(campaign, Waiting.SKIP, None)
    assert states_of(campaign)["pending"] == 9


def test_who_may_be_in_a_request_is_not_decided_about(campaign: Campaign, fake_gateway: FakeGateway) -> None:
    services.resume(campaign, None)
    claim = claim_one(campaign, timezone.now())
    requests = plan_of(campaign, claim, fake_gateway)
    assert write_intents(claim, requests, timezone.now())
    services.pause(campaign, None)
    with pytest.raises(NotPossible, match="under way"):
        decide(campaign, Waiting.SKIP, None)
    assert states_of(campaign)["pending"] == 9
    assert decide(campaign, Waiting.SKIP, None, recipient_ids=_ids(campaign, 7, 8)) == 2, "of a chunk that is free"


def test_what_a_worker_that_was_given_up_has_planned_is_fenced(campaign: Campaign, fake_gateway: FakeGateway) -> None:
    services.resume(campaign, None)
    claim = claim_one(campaign, timezone.now())
    requests = plan_of(campaign, claim, fake_gateway)
    campaign.chunks.filter(pk=claim.chunk_id).update(lease_until=timezone.now() - timedelta(seconds=1))
    services.pause(campaign, None)
    sweeps.recover_abandoned()
    assert decide(campaign, Waiting.SKIP, None) == 10
    services.resume(campaign, None)
    assert write_intents(claim, requests, timezone.now()) is None


def _ids(campaign: Campaign, *positions: int) -> list[int]:
    return list(campaign.recipients.filter(position__in=positions).values_list("pk", flat=True))
