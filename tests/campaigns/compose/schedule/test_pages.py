"""Choosing a time, and being asked when it was missed."""

import zoneinfo
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.lifecycle.scheduling.services import schedule, start_scheduled
from campaigns.models import Campaign
from providers.models import VoiceTemplate
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def draft(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 3, running=False)


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), BACKEND)
    client.cookies["timezone"] = "America/New_York"
    return client


def url(name: str, campaign: Campaign) -> str:
    return reverse(f"campaigns:{name}", args=[campaign.pk])


def test_another_time_is_read_in_the_viewers_zone_and_the_zone_is_named(client: Client, draft: Campaign) -> None:
    schedule(draft, timezone.now() + timedelta(hours=1), None)
    assert "America/New_York" in client.get(url("reschedule", draft)).content.decode()
    year = timezone.now().year + 1
    client.post(url("reschedule", draft), {"at": f"{year}-01-05T09:30"})
    draft.refresh_from_db()
    assert draft.state == "scheduled"
    assert draft.scheduled_at == datetime(year, 1, 5, 9, 30, tzinfo=zoneinfo.ZoneInfo("America/New_York"))
    page = client.get(url("detail", draft)).content.decode()
    assert f"It starts by itself on {year}-01-05 09:30 (America/New_York)" in page


@pytest.mark.parametrize("at", ["2020-01-01T10:00", "tomorrow", ""])
def test_a_time_that_cannot_be_is_shown_again_with_the_reason(client: Client, draft: Campaign, at: str) -> None:
    planned = timezone.now() + timedelta(hours=1)
    schedule(draft, planned, None)
    answer = client.post(url("reschedule", draft), {"at": at})
    assert answer.status_code == 200
    assert f'value="{at}"' in answer.content.decode() or not at
    assert "invalid-feedback" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.scheduled_at == planned


def test_what_the_check_forbids_cannot_be_scheduled(client: Client, draft: Campaign) -> None:
    Campaign.objects.update(text="Hello {nobody knows}", scheduled_at=timezone.now() + timedelta(days=2))
    client.post(url("start", draft))
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_check_leads_to_the_schedule(client: Client, draft: Campaign) -> None:
    assert url("schedule", draft) in client.get(url("check", draft)).content.decode()


def test_another_time_for_a_draft_is_a_step_of_composing(client: Client, draft: Campaign) -> None:
    assert client.get(url("reschedule", draft)).url == url("schedule", draft)


def test_a_missed_time_asks_and_offers_three_ways(client: Client, draft: Campaign) -> None:
    at = timezone.now() + timedelta(hours=1)
    schedule(draft, at, None)
    start_scheduled(at + timedelta(hours=2))
    text = client.get(url("detail", draft)).content.decode()
    assert "passed while this system was not running" in text
    for name in ("start", "reschedule", "unschedule"):
        assert url(name, draft) in text


def test_the_overview_names_what_was_missed(client: Client, draft: Campaign) -> None:
    at = timezone.now() + timedelta(hours=1)
    schedule(draft, at, None)
    assert "did not start at its time" not in client.get(reverse("overview")).content.decode()
    start_scheduled(at + timedelta(hours=2))
    assert f"{draft.name} did not start at its time" in client.get(reverse("overview")).content.decode()


def test_back_to_draft_leads_to_the_check(client: Client, draft: Campaign) -> None:
    schedule(draft, timezone.now() + timedelta(hours=1), None)
    assert client.get(url("content", draft)).status_code == 302
    answer = client.post(url("unschedule", draft), follow=True)
    assert answer.redirect_chain[-1][0] == url("check", draft)
    draft.refresh_from_db()
    assert draft.is_draft


def test_start_now_starts_what_is_scheduled(client: Client, draft: Campaign) -> None:
    schedule(draft, timezone.now() + timedelta(hours=1), None)
    client.post(url("start", draft))
    draft.refresh_from_db()
    assert draft.state == "running"


@pytest.mark.parametrize("name", ["start", "reschedule", "unschedule"])
def test_scheduling_needs_the_permission_to_start(draft: Campaign, name: str) -> None:
    visitor = Client()
    visitor.force_login(make_user("campaigns.view_campaign", "campaigns.change_campaign"), BACKEND)
    assert visitor.post(url(name, draft)).status_code == 403


def test_what_waits_says_so_on_every_page_with_the_way_to_what_it_waits_for(
    client: Client, fake_gateway: FakeGateway
) -> None:
    account = make_account()
    made = {"name": "T", "text": "到【变量】", "state": "in_review", "provider_id": "7"}
    template = VoiceTemplate.objects.create(account=account, **made)
    campaign = make_campaign(account, "voice_template", 2, running=False, template=template, text="到北门")
    there = reverse("providers:voicetemplates:detail", args=[template.pk])
    check = client.get(url("check", campaign)).content.decode()
    assert "Start as soon as it can" in check
    assert there in check
    answer = client.post(url("start", campaign), follow=True).content.decode()
    assert "Nothing is sent yet" in answer
    assert "is in review at the provider" in answer
    assert there in answer
    assert url("unschedule", campaign) in answer
    assert "Waiting" in client.get(reverse("campaigns:list")).content.decode()
    assert "starts as soon as it can" in client.get(reverse("overview")).content.decode()
