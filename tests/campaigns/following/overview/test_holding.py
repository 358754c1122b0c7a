"""What holds a campaign up, in words."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.counters.selectors import tallies
from campaigns.following.overview import holding
from campaigns.models import Campaign, Gate
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=5)


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 6)


def titles(campaign: Campaign) -> list[str]:
    return [notice.title for notice in holding.holding_up(campaign, tallies(campaign))]


def gate(campaign: Campaign, **values: object) -> None:
    Gate.objects.update_or_create(account=campaign.account, defaults=values)


def test_nothing_is_said_about_a_campaign_that_flows(campaign: Campaign) -> None:
    gate(campaign, failures=3, rest_until=timezone.now() - SOON)
    assert titles(campaign) == []


def test_an_open_breaker_is_told_with_its_end_and_the_words(campaign: Campaign) -> None:
    until = timezone.now() + SOON
    gate(campaign, failures=10, open_until=until, words="No answer.", raw="502 Bad Gateway")
    (notice,) = holding.holding_up(campaign, tallies(campaign))
    assert "no usable answer" in notice.title
    assert (notice.until, notice.words, notice.raw) == (until, "No answer.", "502 Bad Gateway")
    gate(campaign, open_until=timezone.now() - SOON)
    assert "is being tried" in titles(campaign)[0]


def test_a_pause_that_the_provider_asked_for_is_told(campaign: Campaign) -> None:
    gate(campaign, rest_until=timezone.now() + SOON)
    assert titles(campaign) == ["The provider asked for a pause."]


def test_held_people_are_told_with_first_last_and_the_most_common_reason(campaign: Campaign) -> None:
    first, last = timezone.now() + SOON, timezone.now() + 3 * SOON
    people = campaign.recipients
    people.filter(position__lte=2).update(state="held", held_until=last, reason="Often.")
    people.filter(position=3).update(state="held", held_until=first, reason="Seldom.")
    (notice,) = holding.holding_up(campaign, tallies(campaign))
    assert (notice.title, notice.words, notice.until, notice.last) == ("3 recipients are held.", "Often.", first, last)


def test_an_account_that_is_not_active_is_told(campaign: Campaign) -> None:
    campaign.account.state = "paused"
    assert "is not active" in titles(campaign)[0]


@pytest.mark.parametrize("state", ["paused", "finished", "cancelling", "draft"])
def test_only_running_campaigns_are_held_up(campaign: Campaign, state: str) -> None:
    gate(campaign, rest_until=timezone.now() + SOON)
    campaign.state = state
    assert titles(campaign) == []


def test_nobody_waiting_means_nothing_is_held_up(campaign: Campaign) -> None:
    gate(campaign, rest_until=timezone.now() + SOON)
    campaign.recipients.update(state="delivered")
    assert titles(campaign) == []


def test_a_large_campaign_is_not_read_for_every_look(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "CACHED_ABOVE", 3)
    cache.clear()
    campaign.recipients.update(state="held", held_until=timezone.now() + SOON)
    looks = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            holding.holding_up(campaign, {"held": 6})
        looks.append(sum("campaigns_recipient" in query["sql"] for query in captured))
    assert looks == [1, 0]
    cache.clear()


def test_the_moving_part_tells_it_too(client: Client, campaign: Campaign) -> None:
    gate(campaign, rest_until=timezone.now() + SOON)
    client.force_login(make_user("campaigns.view_campaign"), "django.contrib.auth.backends.ModelBackend")
    for name in ("detail", "progress"):
        text = client.get(reverse(f"campaigns:{name}", args=[campaign.pk])).content.decode()
        assert "The provider asked for a pause." in text


def test_hours_that_are_over_are_told_with_the_next_opening(campaign: Campaign) -> None:
    campaign.time_zone, campaign.window_days = "Asia/Shanghai", 0b1
    with time_machine.travel(datetime(2026, 5, 1, 4, tzinfo=UTC), tick=False):
        (notice,) = holding.holding_up(campaign, tallies(campaign))
    assert "does not let it send now" in notice.title
    assert "Asia/Shanghai" in notice.words
    assert notice.until == datetime(2026, 5, 3, 16, tzinfo=UTC)


def test_a_pace_is_told_with_the_time_of_the_last_one(campaign: Campaign) -> None:
    campaign.per_minute = 2
    with time_machine.travel(datetime(2026, 5, 1, 4, tzinfo=UTC), tick=False):
        (notice,) = holding.holding_up(campaign, tallies(campaign))
    assert notice.title == "It sends at the pace of its schedule."
    assert "about 2 a minute" in notice.words
    assert notice.last == datetime(2026, 5, 1, 4, 3, 5, 400_000, tzinfo=UTC)
