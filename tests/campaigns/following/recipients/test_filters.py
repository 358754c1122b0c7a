"""Narrowing the recipients of a campaign."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.following.recipients import paging
from campaigns.following.recipients.paging import recipients_page
from campaigns.models import Campaign, Recipient, recipient_search
from campaigns.models.endings import EndsIn
from campaigns.models.recipient_filters import Filters
from providers.contract.words import Words
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]

BUSY = "The line was busy %(times)s times."


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    """30 people: 1 to 10 delivered, 11 to 15 busy, 16 to 18 switched off, 19 refused, the others pending."""
    campaign = make_campaign(make_account(), "voice_file", 30, columns=["name"])
    people = campaign.recipients
    people.filter(position__lte=10).update(state="delivered")
    busy = Words(BUSY, {"times": 2}).pack()
    people.filter(position__range=(11, 15)).update(state="undelivered", failure="busy", reason=busy, code="486")
    people.filter(position__range=(16, 18)).update(state="undelivered", failure="off", reason="It was off.")
    people.filter(position=19).update(state="rejected", failure="content", raw="sensitive word")
    people.filter(position=12).update(variables={"name": "陈晓明 100%"})
    people.filter(position=25).update(variables={"name": 'O"Neill_x'}, typed="0086 138 0000 0025")
    return campaign


def places(campaign: Campaign, query: dict[str, str], per_page: int = 50) -> list[int]:
    return [row.position for row in recipients_page(campaign, query, per_page).rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "undelivered"}, list(range(11, 19))),
        ({"state": "undelivered", "failure": "off"}, [16, 17, 18]),
        ({"failure": "busy"}, [11, 12, 13, 14, 15]),
        ({"state": "delivered", "failure": "busy"}, []),
        ({"state": "pending", "failure": "none", "number": "0025"}, [25]),
        ({"reason": f"undelivered:busy:{BUSY}"}, [11, 12, 13, 14, 15]),
        ({"reason": "undelivered:busy:It was off."}, []),
        ({"state": "delivered", "reason": f"undelivered:busy:{BUSY}"}, list(range(1, 11))),
        ({"number": "+86 138-0000-0012"}, [12]),
        ({"number": "0086 13800000012"}, [12]),
        ({"number": "0012"}, [12]),
        ({"number": "００１２"}, [12]),
        ({"number": "2"}, [2, 12, 22]),
        ({"text": "晓明"}, [12]),
        ({"text": "100%"}, [12]),
        ({"text": 'o"neill_'}, [25]),
        ({"text": "_"}, [25]),
        ({"text": "486"}, [11, 12, 13, 14, 15]),
        ({"text": "SENSITIVE"}, [19]),
        ({"text": "was off"}, [16, 17, 18]),
        ({"text": "name"}, []),
        ({"text": "138 0000 0025"}, [25]),
        ({"state": "undelivered", "sort": "-position"}, list(range(18, 10, -1))),
        ({"state": "undelivered", "sort": "-number", "text": "off"}, [18, 17, 16]),
    ],
)
def test_those_who_fit_are_shown_and_nobody_else(
    campaign: Campaign, query: dict[str, str], expected: list[int]
) -> None:
    assert places(campaign, query) == expected
    assert {row.position for row in recipient_search.filtered(campaign, Filters.of(query))} == set(expected)


@pytest.mark.parametrize("query", [{"state": "undelivered"}, {"number": "000"}, {"text": "o"}, {"sort": "-number"}, {}])
@pytest.mark.parametrize("rows", [3, 5000])
def test_leafing_through_visits_everybody_once_in_both_directions(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, query: dict[str, str], rows: int
) -> None:
    monkeypatch.setattr(paging, "ROWS", rows)
    expected = places(campaign, query, 100) if rows > 100 else sorted(walk(campaign, query, "next"))
    onwards, back = walk(campaign, query, "next"), walk(campaign, {**query, "last": "1"}, "previous")
    assert onwards == back
    assert sorted(onwards) == sorted(expected)
    assert len(set(onwards)) == len(onwards)


def walk(campaign: Campaign, query: dict[str, str], direction: str) -> list[int]:
    seen: list[int] = []
    for _ in range(100):
        page = recipients_page(campaign, query, 4)
        found = [row.position for row in page.rows]
        seen = seen + found if direction == "next" else found + seen
        address = getattr(page, direction)
        if not address:
            return seen
        query = QueryDict(address.removeprefix("?")).dict()
    raise AssertionError("no end")


def test_a_search_looks_at_so_many_rows_and_says_how_far_it_came(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS", 10)
    page = recipients_page(campaign, {"text": "晓明"})
    assert (page.rows, page.searched, page.count) == ([], "10", None)
    assert [row.position for row in recipients_page(campaign, {"text": "晓明", "after": "10"}).rows] == [12]


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 30), ({"state": "undelivered"}, 8), ({"failure": "busy"}, 5), ({"number": "0012"}, 1), ({"text": "off"}, 3)],
)
def test_the_count_is_right_where_there_is_one(campaign: Campaign, query: dict[str, str], count: int) -> None:
    page = recipients_page(campaign, query, 2)
    assert (page.count, page.is_more) == (count, False)


def test_a_search_backwards_goes_on_backwards(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ROWS", 5)
    page = recipients_page(campaign, {"text": "晓明", "before": "25"})
    assert (page.rows, page.onward, page.next != "") == ([], page.previous, True)
    seen = [page]
    while not seen[-1].rows:
        seen.append(recipients_page(campaign, QueryDict(seen[-1].onward.removeprefix("?")).dict()))
        assert len(seen) < 9
    assert [row.position for row in seen[-1].rows] == [12]


def test_leafing_by_number_goes_past_those_that_are_erased(campaign: Campaign) -> None:
    for person in campaign.recipients.filter(position__lte=9):
        campaign.recipients.filter(pk=person.pk).update(number=f"#{person.position}#")
    found = walk(campaign, {"sort": "number"}, "next")
    assert sorted(found) == list(range(1, 31))
    assert walk(campaign, {"sort": "number", "last": "1"}, "previous") == found


def test_a_row_can_be_gone_to(campaign: Campaign) -> None:
    assert places(campaign, {"row": "21"}, 3) == [21, 22, 23]
    assert places(campaign, {"row": "21", "sort": "-position"}, 3) == [21, 20, 19]
    assert places(campaign, {"last": "1"}, 3) == [28, 29, 30]


@pytest.mark.parametrize(
    "query", [{"state": "undelivered"}, {"failure": "content"}, {"number": "0012"}, {"sort": "number"}]
)
def test_indexes_answer_every_filter_that_is_not_a_search(campaign: Campaign, query: dict[str, str]) -> None:
    large = make_campaign(campaign.account, recipients=3000)
    Recipient.objects.filter(campaign=large, position__lte=2000).update(state="delivered")
    Recipient.objects.filter(campaign=large, position__in=[5, 2900]).update(state="undelivered", failure="busy")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = recipient_search.sources(large, Filters.of(query))
    for part in found.parts:
        plan = part.order_by(Filters.of(query).key)[:51].explain()
        assert "Seq Scan" not in plan
        assert "SCAN campaigns_recipient" not in plan


def test_the_page_offers_what_occurs_and_asks_the_same_questions_whatever_the_filter(campaign: Campaign) -> None:
    client = Client()
    client.force_login(make_user("campaigns.view_campaign"), "django.contrib.auth.backends.ModelBackend")
    url = reverse("campaigns:recipients", args=[campaign.pk])
    text = client.get(url).content.decode()
    assert "Undelivered (8)" in text
    assert "Line busy (5)" in text
    assert "Undelivered · Line busy: The line was busy … times." in text
    assert "Unknown (" not in text
    for query in ({}, {"state": "undelivered"}, {"failure": "busy"}, {"number": "0012"}, {"text": "off"}):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url, query).status_code == 200
        # One of them is the layout's, for exports that are over.
        assert len(captured) <= 13


def test_last_digits_are_looked_up_by_an_index(campaign: Campaign) -> None:
    make_campaign(campaign.account, "voice_file", 3000)
    with connection.cursor() as cursor:
        # Of a few rows, or of rows it has never looked at, a planner thinks otherwise.
        cursor.execute("ANALYZE")
    assert "recipient_ending" in Recipient.objects.filter(EndsIn(campaign_id=campaign.pk, digits="0025")).explain()


def test_last_digits_find_only_the_own_campaign_and_nobody_erased(campaign: Campaign) -> None:
    other = make_campaign(campaign.account, "voice_file", 30)
    (person,) = recipients_page(campaign, {"number": campaign.recipients.get(position=25).number[-4:]}).rows
    assert (person.campaign_id, person.position) == (campaign.pk, 25)
    digits = person.number[-4:]
    campaign.recipients.filter(pk=person.pk).update(number="#25#")
    assert recipients_page(campaign, {"number": digits}).rows == []
    assert [row.campaign_id for row in recipients_page(other, {"number": digits}).rows] == [other.pk]
