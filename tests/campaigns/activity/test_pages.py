"""The activity list and its part on a campaign's page."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.activity.services import record
from campaigns.models import ActivityKind, Campaign
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
    for number in range(60):
        record(ActivityKind.RESUMED, Words(f"line {number:02}."), campaign=campaign)
    text = page(client)
    assert text.index("line 59.") < text.index("line 58.")
    assert "line 09." not in text
    older = page(client, page=2)
    assert "line 09." in older
    assert "line 59." not in older
    assert "line 59." in page(client, page=99)


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
