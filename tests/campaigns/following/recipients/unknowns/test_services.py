"""Deciding about recipients of whom nobody knows whether they were reached."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.counters.selectors import tallies
from campaigns.following.recipients.unknowns.choices import Choice
from campaigns.following.recipients.unknowns.services import positions_of, resolve
from campaigns.lifecycle.base import NotPossible
from campaigns.models import Activity, Campaign, Recipient
from campaigns.models.statuses import CampaignState
from campaigns.upkeep import sweeps
from notifyadmin.web.words import in_words
from tests.factories import FakeGateway, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    """Twelve people in two chunks: the first three submitted, 4 to 8 unknown, the others delivered."""
    campaign = make_campaign(make_account(), recipients=12, chunk=6)
    people = campaign.recipients
    people.update(state="delivered")
    people.filter(position__lte=3).update(state="submitted", submitted_at=timezone.now())
    people.filter(position__in=range(4, 9)).update(
        state="unknown", provider_id="p", code="17", raw="their words", attempts=2, reason="The connection broke."
    )
    campaign.chunks.update(next_attempt_at=None)
    return campaign


@pytest.mark.parametrize(("choice", "state"), [("went", "submitted"), ("again", "pending"), ("close", "expired")])
def test_all_unknown_go_where_the_decision_says_and_nobody_else_moves(
    campaign: Campaign, choice: str, state: str
) -> None:
    before = states_of(campaign)
    assert resolve(campaign, Choice(choice), make_user()) == 5
    after = states_of(campaign)
    assert after == {key: number for key, number in before.items() if key != "unknown"} | {
        state: before.get(state, 0) + 5
    }
    assert {key: number for key, number in tallies(campaign).items() if number} == after


def test_what_the_provider_said_stays_and_the_reason_says_who_decided(campaign: Campaign) -> None:
    user = make_user()
    resolve(campaign, Choice.CLOSE, user)
    person = campaign.recipients.get(position=4)
    assert (person.provider_id, person.code, person.raw, person.attempts) == ("p", "17", "their words", 2)
    assert user.get_username() in in_words(person.reason)
    assert "whether the provider took it is not known" in in_words(person.reason)


def test_only_the_named_are_moved_and_only_while_they_are_unknown(campaign: Campaign) -> None:
    named = list(campaign.recipients.filter(position__in=(1, 5, 6)).values_list("pk", flat=True))
    assert resolve(campaign, Choice.CLOSE, None, recipient_ids=named) == 2
    assert states_of(campaign) == {"submitted": 3, "unknown": 3, "delivered": 4, "expired": 2}


def test_a_filter_chooses_among_the_unknown(campaign: Campaign) -> None:
    among = Recipient.objects.filter(number__endswith="7")
    assert resolve(campaign, Choice.CLOSE, None, among=among) == 1
    assert campaign.recipients.get(state="expired").position == 7


def test_people_of_another_campaign_are_never_touched(campaign: Campaign) -> None:
    other = make_campaign(campaign.account, recipients=2)
    other.recipients.update(state="unknown")
    ids = list(other.recipients.values_list("pk", flat=True))
    assert resolve(campaign, Choice.CLOSE, None, recipient_ids=ids) == 0
    resolve(campaign, Choice.CLOSE, None)
    assert states_of(other) == {"unknown": 2}


def test_whoever_went_waits_for_a_receipt_and_expires_in_time(campaign: Campaign) -> None:
    resolve(campaign, Choice.WENT, None)
    sweeps.expire()
    assert states_of(campaign)["submitted"] == 8
    campaign.recipients.filter(position__gte=4).update(submitted_at=timezone.now() - timedelta(hours=100))
    sweeps.expire()
    assert states_of(campaign)["expired"] == 5


def test_a_known_time_of_submission_is_kept(campaign: Campaign) -> None:
    earlier = timezone.now() - timedelta(hours=5)
    campaign.recipients.filter(position=4).update(submitted_at=earlier)
    resolve(campaign, Choice.WENT, None)
    assert campaign.recipients.get(position=4).submitted_at == earlier
    assert campaign.recipients.get(position=5).submitted_at > earlier


def test_sending_again_makes_exactly_their_chunks_due_and_asks_for_workers(
    campaign: Campaign, published: list[str]
) -> None:
    ids = list(campaign.recipients.filter(position=8).values_list("pk", flat=True))
    resolve(campaign, Choice.AGAIN, None, recipient_ids=ids)
    due = campaign.chunks.order_by("number").values_list("next_attempt_at", flat=True)
    assert [moment is not None for moment in due] == [False, True]
    assert "campaigns.dispatch" in published


def test_a_paused_campaign_sends_nothing_before_it_is_resumed(campaign: Campaign, published: list[str]) -> None:
    Campaign.objects.update(state="paused")
    resolve(campaign, Choice.AGAIN, None)
    assert campaign.state == CampaignState.PAUSED
    assert published == []


@pytest.mark.parametrize("state", ["cancelling", "cancelled"])
def test_a_cancelled_campaign_sends_to_nobody_again(campaign: Campaign, state: str) -> None:
    Campaign.objects.update(state=state)
    with pytest.raises(NotPossible, match="sends to nobody again"):
        resolve(campaign, Choice.AGAIN, None)
    assert states_of(campaign)["unknown"] == 5
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("state", "choice", "afterwards"),
    [
        ("finished", "again", "running"),
        ("finished", "went", "running"),
        ("finished", "close", "finished"),
        ("cancelled", "went", "cancelling"),
        ("cancelled", "close", "cancelled"),
    ],
)
def test_an_ended_campaign_lives_again_while_somebody_is_open(
    campaign: Campaign, state: str, choice: str, afterwards: str
) -> None:
    Campaign.objects.update(state=state, finished_at=timezone.now())
    resolve(campaign, Choice(choice), None)
    assert campaign.state == afterwards
    assert (campaign.finished_at is None) == (state != afterwards)


def test_closing_lets_the_campaign_finish(campaign: Campaign) -> None:
    campaign.recipients.filter(state="submitted").update(state="delivered")
    resolve(campaign, Choice.CLOSE, None)
    sweeps.close_campaigns()
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED


def test_a_decision_is_one_line_with_who_how_many_whom_and_why(campaign: Campaign) -> None:
    user = make_user()
    resolve(campaign, Choice.AGAIN, user, note="  the bill\nshows nothing ")
    line = Activity.objects.get()
    assert (line.kind, line.user, line.campaign, line.account) == ("resolved", user, campaign, campaign.account)
    assert line.positions == "4-8"
    assert in_words(line.words) == "Unknown recipients to be sent to again: 5. Note: the bill shows nothing"
    assert resolve(campaign, Choice.AGAIN, user) == 0
    assert Activity.objects.count() == 1


def test_positions_are_written_as_ranges(campaign: Campaign) -> None:
    assert positions_of(campaign.recipients.filter(position__in=(1, 2, 3, 5, 11, 12))) == "1-3,5,11-12"
    assert positions_of(campaign.recipients.filter(position__gt=99)) == ""


def test_deciding_about_many_asks_the_database_as_often_as_about_few(campaign: Campaign) -> None:
    large = make_campaign(campaign.account, recipients=3000, chunk=500)
    large.recipients.update(state="unknown")
    numbers = []
    for one in (campaign, large):
        with CaptureQueriesContext(connection) as captured:
            resolve(one, Choice.AGAIN, None)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
    assert states_of(large) == {"pending": 3000}


def test_an_archived_campaign_that_goes_on_comes_out_of_the_archive(campaign: Campaign) -> None:
    Campaign.objects.update(state=CampaignState.FINISHED, archived_at=timezone.now())
    resolve(campaign, Choice.CLOSE, make_user(), recipient_ids=[campaign.recipients.get(position=4).pk])
    assert campaign.archived_at is not None
    resolve(campaign, Choice.AGAIN, make_user())
    assert (campaign.state, campaign.archived_at) == (CampaignState.RUNNING, None)
