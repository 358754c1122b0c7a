"""Choosing recipients who wait and confirming a decision."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user, states_of

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
VIEW, START = "campaigns.view_campaign", "campaigns.start_campaign"


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "sms", 12, state="paused")
    campaign.recipients.filter(position__lte=3).update(state="held")
    campaign.recipients.filter(position__in=(4, 5)).update(state="unknown")
    return campaign


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(VIEW, START), BACKEND)
    return client


def recipients(campaign: Campaign) -> str:
    return reverse("campaigns:recipients", args=[campaign.pk])


def decide(campaign: Campaign) -> str:
    return reverse("campaigns:resolve_waiting", args=[campaign.pk])


@pytest.mark.parametrize("state", ["pending", "held"])
def test_the_list_of_those_who_wait_offers_it(client: Client, campaign: Campaign, state: str) -> None:
    text = client.get(recipients(campaign), {"state": state, "pick": 1}).content.decode()
    assert "Treat as sent" in text
    assert "Skip" in text
    others = client.get(recipients(campaign), {"state": "unknown"}).content.decode()
    assert "Treat as sent" not in others


def test_while_it_sends_the_buttons_say_what_to_do_first(client: Client, campaign: Campaign) -> None:
    Campaign.objects.update(state="running")
    text = client.get(recipients(campaign), {"state": "pending", "pick": 1}).content.decode()
    assert "Pause it, or hold all sending" in text
    address = f"{decide(campaign)}?all=1&choice=skip"
    for answer in (client.get(address), client.post(address)):
        assert "Pause it, or hold all sending" in answer.content.decode()
    assert states_of(campaign) == {"held": 3, "unknown": 2, "pending": 7}


def test_a_confirmed_decision_moves_the_chosen(client: Client, campaign: Campaign) -> None:
    address = f"{decide(campaign)}?all=1&choice=skip&state=held"
    text = client.get(address).content.decode()
    assert 'name="confirmed" value="3"' in text
    assert "never sent to" in text
    answer = client.post(address, {"confirmed": "3", "note": "asked them"}, follow=True)
    assert "Decided about 3 recipients." in answer.content.decode()
    assert states_of(campaign) == {"skipped": 3, "unknown": 2, "pending": 7}
    client.post(f"{decide(campaign)}?all=1&choice=sent&state=unknown", {"confirmed": "7"})
    assert states_of(campaign) == {"skipped": 3, "unknown": 2, "submitted": 7}


def test_nothing_is_decided_about_more_than_were_confirmed(client: Client, campaign: Campaign) -> None:
    answer = client.post(f"{decide(campaign)}?all=1&choice=skip&state=pending", {"confirmed": "6"})
    assert "7 instead of 6" in answer.content.decode()
    assert states_of(campaign)["pending"] == 7


def test_choosing_nobody_leads_back_and_nonsense_is_not_found(client: Client, campaign: Campaign) -> None:
    answer = client.get(decide(campaign), {"choice": "skip"}, follow=True)
    assert "Nobody is chosen who waits" in answer.content.decode()
    assert client.get(decide(campaign), {"choice": "again", "all": 1}).status_code == 404


def test_who_may_not_decide_is_not_asked(campaign: Campaign) -> None:
    visitor = Client()
    visitor.force_login(make_user(VIEW), BACKEND)
    assert "Treat as sent" not in visitor.get(recipients(campaign), {"state": "pending", "pick": 1}).content.decode()
    assert visitor.get(decide(campaign), {"all": 1, "choice": "skip"}).status_code == 403


def test_the_page_asks_as_much_for_few_as_for_many(client: Client, campaign: Campaign) -> None:
    large = make_campaign(campaign.account, "sms", 200, state="paused")
    numbers = []
    for one in (campaign, large):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(decide(one), {"all": 1, "choice": "skip"}).status_code == 200
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 12
