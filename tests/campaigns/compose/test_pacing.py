"""The check tells when people go before anybody is asked for."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns.compose.checks import pacing
from campaigns.models import Campaign, NumberUse
from providers.contract.gateway import Frequency
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)


@pytest.fixture
def campaign(client: Client, fake_gateway: FakeGateway) -> Campaign:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    fake_gateway.frequencies = lambda access: (Frequency("per_minute", 1, 60.0),)
    campaign = make_campaign(make_account(), recipients=5, running=False)
    uses = [NumberUse(account=campaign.account, number=f"861380000000{n}", recent=[NOW.timestamp()]) for n in (1, 2)]
    NumberUse.objects.bulk_create(uses)
    return campaign


def page(client: Client, campaign: Campaign, name: str = "check") -> str:
    with time_machine.travel(NOW, tick=False):
        return client.get(reverse(f"campaigns:{name}", args=[campaign.pk])).content.decode()


def test_the_check_tells_who_would_wait_and_until_when(client: Client, campaign: Campaign) -> None:
    text = page(client, campaign)
    assert 'aria-label="Can go now 3, Would wait 2"' in text
    assert "The limit for one number is reached: 1 a minute" in text
    assert "2026-05-01T17:01:01+08:00" in text


def test_nobody_waits_once_the_minute_is_over(client: Client, campaign: Campaign) -> None:
    NumberUse.objects.all().delete()
    text = page(client, campaign)
    assert 'aria-label="Can go now 5"' in text
    assert "hold anybody back at the start" in text


def test_a_large_audience_is_counted_after_the_page_is_there(
    client: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "AT_ONCE", 4)
    text = page(client, campaign)
    assert reverse("campaigns:forecast", args=[campaign.pk]) in text
    assert "Would wait" not in text
    assert "Would wait" in page(client, campaign, "forecast")


def test_nothing_is_told_where_nobody_can_be_held(
    client: Client, campaign: Campaign, fake_gateway: FakeGateway
) -> None:
    fake_gateway.frequencies = lambda access: ()
    assert "When they go" not in page(client, campaign)
    assert page(client, campaign, "forecast").strip() == ""
