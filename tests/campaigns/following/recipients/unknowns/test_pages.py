"""Choosing unknown recipients and confirming a decision."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Activity, Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user, states_of

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
VIEW, START = "campaigns.view_campaign", "campaigns.start_campaign"


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "sms", 12)
    campaign.recipients.filter(position__lte=5).update(state="unknown")
    return campaign


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(VIEW, START, "campaigns.view_activity"), BACKEND)
    return client


def recipients(campaign: Campaign) -> str:
    return reverse("campaigns:recipients", args=[campaign.pk])


def resolve(campaign: Campaign) -> str:
    return reverse("campaigns:resolve", args=[campaign.pk])


def test_unknown_recipients_can_be_chosen_one_by_one_or_all_together(client: Client, campaign: Campaign) -> None:
    text = client.get(recipients(campaign), {"state": "unknown"}).content.decode()
    assert text.count('name="id"') == 5
    assert "all 5 unknown" in text
    assert "every 3s" not in text
    assert 'name="id"' not in client.get(recipients(campaign)).content.decode()
    filtered = client.get(recipients(campaign), {"state": "unknown", "number": "003"}).content.decode()
    assert "the 1 that fits the filter" in filtered


def test_who_may_not_decide_sees_no_boxes_and_no_confirmation(campaign: Campaign) -> None:
    visitor = Client()
    visitor.force_login(make_user(VIEW), BACKEND)
    assert 'name="id"' not in visitor.get(recipients(campaign), {"state": "unknown"}).content.decode()
    assert visitor.get(resolve(campaign), {"all": 1, "choice": "close"}).status_code == 403


@pytest.mark.parametrize(("choice", "says"), [("went", "wait for their receipts"), ("close", "count as expired")])
def test_the_confirmation_says_what_follows(client: Client, campaign: Campaign, choice: str, says: str) -> None:
    text = client.get(resolve(campaign), {"all": 1, "choice": choice}).content.decode()
    assert says in text
    assert "Somebody may be reached twice" not in text
    assert states_of(campaign)["unknown"] == 5


def test_sending_again_warns_that_somebody_may_be_reached_twice(client: Client, campaign: Campaign) -> None:
    assert (
        "Somebody may be reached twice" in client.get(resolve(campaign), {"all": 1, "choice": "again"}).content.decode()
    )


def test_nothing_is_decided_about_more_than_were_confirmed(client: Client, campaign: Campaign) -> None:
    address = f"{resolve(campaign)}?all=1&choice=close"
    assert 'name="confirmed" value="5"' in client.get(address).content.decode()
    campaign.recipients.filter(position=6).update(state="unknown")
    assert "6 instead of 5" in client.post(address, {"confirmed": "5"}).content.decode()
    assert states_of(campaign)["unknown"] == 6
    client.post(address, {"confirmed": "6"})
    assert states_of(campaign)["expired"] == 6


def test_a_confirmed_decision_moves_the_chosen_and_keeps_the_note(client: Client, campaign: Campaign) -> None:
    ids = "&".join(f"id={pk}" for pk in campaign.recipients.filter(position__lte=2).values_list("pk", flat=True))
    answer = client.post(f"{resolve(campaign)}?{ids}&choice=close", {"note": "asked them"}, follow=True)
    assert "Decided about 2 recipients." in answer.content.decode()
    assert states_of(campaign) == {"unknown": 3, "expired": 2, "pending": 7}
    assert "asked them" in Activity.objects.get().words
    person = client.get(reverse("campaigns:recipient", args=[campaign.pk, 2])).content.decode()
    assert "Decided by a person" in person
    assert "asked them" in person
    other = client.get(reverse("campaigns:recipient", args=[campaign.pk, 3])).content.decode()
    assert "Decided by a person" not in other


def test_all_means_all_that_fit_the_filter(client: Client, campaign: Campaign) -> None:
    client.post(f"{resolve(campaign)}?all=1&number=004&choice=close")
    assert campaign.recipients.get(state="expired").position == 4


def test_choosing_nobody_leads_back(client: Client, campaign: Campaign) -> None:
    answer = client.get(resolve(campaign), {"choice": "close"}, follow=True)
    assert "Nobody is chosen who is unknown" in answer.content.decode()
    nonsense = client.get(resolve(campaign), {"choice": "close", "id": ["x", "-1", "9" * 30]}, follow=True)
    assert "Nobody is chosen who is unknown" in nonsense.content.decode()
    assert client.get(resolve(campaign), {"choice": "burn", "all": 1}).status_code == 404


def test_a_cancelled_campaign_refuses_in_words(client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(state="cancelling")
    url = f"{resolve(campaign)}?all=1&choice=again"
    for answer in (client.get(url), client.post(url)):
        assert "sends to nobody again" in answer.content.decode()
    assert states_of(campaign)["unknown"] == 5


def test_the_notice_leads_to_the_decision(client: Client, campaign: Campaign) -> None:
    text = client.get(reverse("campaigns:detail", args=[campaign.pk])).content.decode()
    assert "Look at the 5 and decide" in text


def test_the_pages_ask_as_much_for_few_unknown_as_for_many(client: Client, campaign: Campaign) -> None:
    large = make_campaign(campaign.account, "sms", 200)
    large.recipients.update(state="unknown")
    for url, query in ((recipients, {"state": "unknown"}), (resolve, {"all": 1, "choice": "went"})):
        numbers = []
        for one in (campaign, large):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url(one), query).status_code == 200
            numbers.append(len(captured))
        assert numbers[0] == numbers[1] <= 12
