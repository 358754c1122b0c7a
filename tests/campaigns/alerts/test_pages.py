"""The activity list and its part on a campaign's page."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.alerts import selectors
from campaigns.alerts.filters import ActivityFilter
from campaigns.alerts.services import record
from campaigns.models import Activity, ActivityKind, Campaign
from providers.contract.words import Words
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 2)


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), BACKEND)
    return client


def page(client: Client, **query: object) -> str:
    return client.get(reverse("campaigns:activity:list"), query).content.decode()


def test_the_list_opens_with_its_permission_and_only_with_it(campaign: Campaign) -> None:
    visitor = Client()
    visitor.force_login(make_user("campaigns.view_campaign"), BACKEND)
    assert visitor.get(reverse("campaigns:activity:list")).status_code == 403
    own_page = visitor.get(reverse("campaigns:detail", args=[campaign.pk])).content.decode()
    assert "What happened" not in own_page
    visitor.force_login(make_user("campaigns.view_activity"), BACKEND)
    assert visitor.get(reverse("campaigns:activity:list")).status_code == 200


def test_a_line_says_what_who_where_and_what_the_provider_said(client: Client, campaign: Campaign) -> None:
    user = make_user()
    words = Words("Sent to %(count)s <people>.", {"count": 7})
    record(ActivityKind.PAUSED, words, campaign=campaign, user=user, raw="<b>余额不足</b>", attention=True)
    text = page(client)
    assert "Sent to 7 &lt;people&gt;." in text
    assert "&lt;b&gt;余额不足&lt;/b&gt;" in text
    assert "needs attention" in text
    for part in (user.get_username(), campaign.name, campaign.account.name):
        assert part in text


def test_the_newest_is_first_and_older_ones_are_a_page_away(client: Client, campaign: Campaign) -> None:
    for number in range(110):
        record(ActivityKind.RESUMED, Words(f"line {number:03}."), campaign=campaign)

    def shown(query: str) -> list[int]:
        return [int(found) for found in re.findall(r"line (\d+)\.", text_of(query))]

    def text_of(query: str) -> str:
        return client.get(reverse("campaigns:activity:list") + query).content.decode()

    def beside(query: str, rel: str) -> str:
        found = re.search(rf'href="([^"]*)" rel="{rel}"', text_of(query))
        return unescape(found[1]) if found else ""

    def down(last: int, first: int) -> list[int]:
        return list(range(last, first - 1, -1))

    chosen = f"?campaign={campaign.pk}&kind=resumed"
    assert shown(chosen) == down(109, 60)
    assert beside(chosen, "prev") == ""
    second = beside(chosen, "next")
    # What is new meanwhile moves no line to another page.
    record(ActivityKind.RESUMED, Words("line 110."), campaign=campaign)
    assert shown(second) == down(59, 10)
    third = beside(second, "next")
    assert shown(third) == down(9, 0)
    assert beside(third, "next") == ""
    assert shown(beside(third, "prev")) == down(59, 10)
    assert shown(beside(second, "prev")) == down(109, 60)
    assert shown(beside(beside(second, "prev"), "prev")) == [110]
    for nowhere in ("?before=1", "?after=99999999", "?before=x", "?page=99"):
        assert shown(nowhere)[0] == 110


@pytest.mark.stores
@pytest.mark.parametrize("name", ["kind", "account", "campaign", "attention", ""])
def test_indexes_answer_every_filter_and_the_last_page_is_as_near_as_the_first(campaign: Campaign, name: str) -> None:
    other = make_campaign(make_account(), "sms", 1)
    many = (Activity(kind="resumed", words="w", campaign=other, account=other.account) for _ in range(3000))
    Activity.objects.bulk_create(many)
    record(ActivityKind.PAUSED, Words("ours."), campaign=campaign, attention=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    value = {"kind": "paused", "account": campaign.account_id, "campaign": campaign.pk, "attention": "1"}.get(name)
    rows = ActivityFilter({name: value} if name else {}, queryset=selectors.lines()).qs.select_related(None)
    for place in ({}, {"pk__lt": 20}):
        plan = rows.filter(**place).order_by("-pk")[:51].explain()
        for slow in ("Seq Scan", "Sort", "TEMP B-TREE"):
            assert slow not in plan
        assert "activity_" in plan or not value


def test_lines_are_found_by_kind_account_campaign_and_need(client: Client, campaign: Campaign) -> None:
    other = make_campaign(make_account(), "sms", 2)
    record(ActivityKind.PAUSED, Words("ours."), campaign=campaign, attention=True)
    record(ActivityKind.RESUMED, Words("theirs."), campaign=other)
    for query in (
        {"kind": "paused"},
        {"account": campaign.account_id},
        {"campaign": campaign.pk},
        {"attention": "1"},
    ):
        text = page(client, **query)
        assert "ours." in text
        assert "theirs." not in text
    assert "Nothing matches" in page(client, kind="late")


def test_the_list_asks_the_same_questions_for_one_line_and_for_many(client: Client, campaign: Campaign) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    record(ActivityKind.RESUMED, Words("one."), campaign=campaign, user=make_user())
    before = queries()
    for _ in range(20):
        record(ActivityKind.RESUMED, Words("more."), campaign=make_campaign(make_account(), "sms", 1), user=make_user())
    assert queries() == before


def test_a_campaigns_page_shows_its_own_latest_eight(client: Client, campaign: Campaign) -> None:
    for number in range(10):
        record(ActivityKind.RESUMED, Words(f"line {number}."), campaign=campaign)
    record(ActivityKind.RESUMED, Words("elsewhere."), campaign=make_campaign(make_account(), "sms", 1))
    text = client.get(reverse("campaigns:detail", args=[campaign.pk])).content.decode()
    assert "line 2." in text
    assert "line 1." not in text
    assert "elsewhere." not in text


def test_an_empty_list_says_what_would_be_here(client: Client, fake_gateway: FakeGateway) -> None:
    assert "Nothing has happened yet" in page(client)
