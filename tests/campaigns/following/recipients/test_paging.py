"""Paging by key."""

import pytest
from django.http import QueryDict

from campaigns.following.recipients.paging import recipients_page
from campaigns.models import Campaign
from campaigns.models.recipient_filters import Filters
from tests.factories import FakeGateway, make_account, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "voice_file", 23)
    campaign.recipients.filter(position__in=[3, 4, 11, 12, 20]).update(state="unknown")
    return campaign


def walk(campaign: Campaign, query: str, direction: str, per_page: int = 5) -> list[int]:
    seen: list[int] = []
    while True:
        page = recipients_page(campaign, QueryDict(query).dict(), per_page)
        places = [row.position for row in page.rows]
        seen = seen + places if direction == "next" else places + seen
        query = getattr(page, direction).removeprefix("?")
        if not query:
            return seen


@pytest.mark.parametrize("per_page", [1, 5, 23, 50])
def test_every_recipient_is_visited_once_in_both_directions(campaign: Campaign, per_page: int) -> None:
    assert walk(campaign, "", "next", per_page) == list(range(1, 24))
    assert walk(campaign, "before=24", "previous", per_page) == list(range(1, 24))


def test_filters_travel_with_the_pages(campaign: Campaign) -> None:
    assert walk(campaign, "state=unknown", "next", 2) == [3, 4, 11, 12, 20]


@pytest.mark.parametrize(
    ("number", "places"),
    [
        ("13800000007", [7]),
        ("8613800000007", [7]),
        ("+86 138 0000 0007", [7]),
        ("07", [7]),
        ("3", [3, 13, 23]),
        ("4444", []),
    ],
)
def test_a_number_is_found_whole_or_by_its_last_digits(campaign: Campaign, number: str, places: list[int]) -> None:
    page = recipients_page(campaign, {"number": number})
    assert [row.position for row in page.rows] == places


@pytest.mark.parametrize("query", [{"state": "nonsense"}, {"after": "x"}, {"before": "-1"}, {"after": "9" * 30}])
def test_an_address_that_makes_no_sense_shows_the_beginning(campaign: Campaign, query: dict[str, str]) -> None:
    assert recipients_page(campaign, query, 5).rows[0].position == 1
    assert not Filters.of(query)
