"""Why people were not reached, where no class of failure says it: in the provider's own words, never "no reason"."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.counters.selectors import figures
from campaigns.following.overview.reasons import reasons_of
from campaigns.following.recipients import said
from campaigns.following.recipients.paging import recipients_page
from campaigns.models import Campaign
from providers.contract.words import Words
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    cache.clear()
    return make_campaign(make_account(), "sms", 40)


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    return client


def refuse(campaign: Campaign, first: int, last: int, **values: Any) -> None:
    rows = campaign.recipients.filter(position__range=(first, last))
    rows.update(**({"state": "rejected"} | values))


def lines(campaign: Campaign) -> list[tuple[str, int, bool]]:
    found = reasons_of(campaign, figures(campaign), may_send_again=True)
    return [(one.label, one.number, one.is_quoted) for one in found]


def test_who_was_refused_without_a_class_is_grouped_by_the_providers_code_and_words(campaign: Campaign) -> None:
    refuse(campaign, 1, 20, code="-30", raw="API key disabled")
    refuse(campaign, 21, 25, code="-31", raw="IP not in whitelist")
    refuse(campaign, 26, 27, raw="no route")
    assert lines(campaign) == [
        ("-30 API key disabled", 20, True),
        ("-31 IP not in whitelist", 5, True),
        ("no route", 2, True),
    ]


def test_one_code_with_words_that_differ_is_one_line(campaign: Campaign) -> None:
    for position in range(1, 11):
        refuse(campaign, position, position, code="-9", raw=f"bad number {position:02}")
    assert lines(campaign) == [("-9 bad number 10", 10, True)]


def test_a_class_that_says_it_is_left_as_it_is_and_the_vague_one_is_explained(campaign: Campaign) -> None:
    refuse(campaign, 1, 5, state="undelivered", failure="busy", code="486", raw="Busy Here")
    refuse(campaign, 6, 9, state="undelivered", failure="other", code="503", raw="Service Unavailable")
    assert lines(campaign) == [("Line busy", 5, False), ("503 Service Unavailable", 4, True)]


def test_without_words_of_the_provider_our_own_are_shown(campaign: Campaign) -> None:
    refuse(campaign, 1, 3, reason=Words("The number %(n)s is wrong.", {"n": 1}).pack())
    assert lines(campaign) == [("The number … is wrong.", 3, False)]


def test_no_reason_given_is_said_only_where_there_is_none(campaign: Campaign) -> None:
    refuse(campaign, 1, 3)
    assert lines(campaign) == [("No reason given", 3, False)]
    refuse(campaign, 1, 1, code="-30")
    assert lines(campaign) == [("-30", 1, True), ("Other words, or none", 2, False)]


def test_many_different_codes_end_with_a_line_for_the_rest_and_add_up(campaign: Campaign) -> None:
    for position in range(1, 21):
        refuse(campaign, position, position, code=f"c{position:02}")
    found = lines(campaign)
    assert len(found) == said.MOST_LINES + 1
    assert sum(number for _, number, _ in found) == 20


def test_each_line_leads_to_its_people_and_to_sending_again_to_them(client: Client, campaign: Campaign) -> None:
    refuse(campaign, 1, 4, code="-30", raw="API key disabled")
    refuse(campaign, 5, 6, code="-31", raw="IP not in whitelist")
    first, second = reasons_of(campaign, figures(campaign), may_send_again=True)
    for reason, positions in ((first, [1, 2, 3, 4]), (second, [5, 6])):
        page = client.get(reason.url)
        assert [row.position for row, _cells in page.context["rows"]] == positions
        assert client.get(reason.again).status_code == 200
    assert reasons_of(campaign, figures(campaign), may_send_again=False)[0].again == ""
    assert recipients_page(campaign, {"state": "rejected", "text": "API key disabled"}).count == 4


def test_a_large_group_is_told_from_a_sample_of_both_its_ends(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(said, "CACHED_ABOVE", 5)
    monkeypatch.setattr(said, "COUNTED_UP_TO", 10)
    refuse(campaign, 1, 30, code="-30", raw="API key disabled")
    assert lines(campaign) == [("-30 API key disabled", 30, True)]
    cache.clear()
    refuse(campaign, 30, 30, code="-31", raw="x")
    assert lines(campaign) == [("-30 API key disabled; -31 x", 30, True)]


def test_the_page_quotes_the_provider_in_one_more_question_for_each_vague_class(
    client: Client, campaign: Campaign
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            text = client.get(reverse("campaigns:progress", args=[campaign.pk])).content.decode()
        assert "No reason given" not in text
        return len(captured)

    refuse(campaign, 1, 1, failure="content", code="-3")
    asked()
    without = asked()
    refuse(campaign, 2, 20, code="-30", raw="API key disabled")
    assert asked() == without + 1
    assert "“-30 API key disabled”" in client.get(reverse("campaigns:detail", args=[campaign.pk])).content.decode()


def test_a_report_quotes_what_providers_said_most(client: Client, campaign: Campaign) -> None:
    refuse(campaign, 1, 4, code="-30", raw="API key disabled")
    refuse(campaign, 5, 6, code="-31", raw="IP not in whitelist")
    refuse(campaign, 7, 8, failure="content", code="-3", raw="blocked word")
    text = client.get(reverse("campaigns:reports:page")).content.decode()
    assert "No reason given" not in text
    assert text.index("“-30 API key disabled”") < text.index("“-31 IP not in whitelist”")
    assert "blocked word" not in text
