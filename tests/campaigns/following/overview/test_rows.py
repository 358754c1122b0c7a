"""The rows of the recipients' table, asked for again and again while a campaign is live."""

import re

import pytest
from django.test import Client

from campaigns.models import Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user
from tests.markup import tight

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), recipients=60)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user("campaigns.view_campaign"))
    return client


def asks_for(html: str) -> str:
    found = re.search(r'id="results" hx-get="([^"]*)"', tight(html))
    return found[1].replace("&amp;", "&") if found else ""


def test_the_page_asks_for_the_same_rows_again_and_sees_what_changed(staff: Client, campaign: Campaign) -> None:
    again = asks_for(staff.get(f"/campaigns/{campaign.pk}/").content.decode())
    assert again
    campaign.recipients.filter(position=1).update(state="delivered")
    rows = staff.get(again).content.decode()
    assert rows.count("<tr>") == 26
    assert rows.count("s-delivered") == 1
    assert asks_for(rows) == again


@pytest.mark.parametrize("query", ["?state=pending", "?state=pending&after=50", "?before=30", "?number=60"])
def test_filters_and_place_are_kept(staff: Client, campaign: Campaign, query: str) -> None:
    page = staff.get(f"/campaigns/{campaign.pk}/recipients/{query}").content.decode()
    again = asks_for(page)
    numbers = re.compile(r"/recipients/(\d+)/")
    assert numbers.findall(staff.get(again).content.decode()) == numbers.findall(page)
    assert asks_for(staff.get(again).content.decode()) == again


def test_nothing_is_asked_for_once_the_campaign_is_over(staff: Client, campaign: Campaign) -> None:
    Campaign.objects.update(state="finished")
    assert asks_for(staff.get(f"/campaigns/{campaign.pk}/").content.decode()) == ""
