"""Pages: who may see them, what they say, and how many questions they ask the database."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, Receipt, Submission
from providers.models import InboundPush
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db

VIEW, ADD, CHANGE = "campaigns.view_campaign", "campaigns.add_campaign", "campaigns.change_campaign"
START, RECEIPTS = "campaigns.start_campaign", "campaigns.view_receipt"
PAGES = [
    ("overview", (), VIEW),
    ("campaigns:list", (), VIEW),
    ("campaigns:new", (), ADD),
    ("campaigns:detail", ("running",), VIEW),
    ("campaigns:progress", ("running",), VIEW),
    ("campaigns:recipients", ("running",), VIEW),
    ("campaigns:recipient", ("running", 1), VIEW),
    ("campaigns:kind", ("draft",), CHANGE),
    ("campaigns:content", ("draft",), CHANGE),
    ("campaigns:audience", ("draft",), CHANGE),
    ("campaigns:check", ("draft",), VIEW),
    ("campaigns:hears", ("draft", 1), VIEW),
    ("campaigns:forecast", ("draft",), VIEW),
    ("campaigns:receipts:unmatched", (), RECEIPTS),
]
BUTTONS = [
    ("campaigns:start", "draft", START),
    ("campaigns:delete", "draft", CHANGE),
    ("campaigns:clear_audience", "draft", CHANGE),
    ("campaigns:example", "draft", CHANGE),
    ("campaigns:pause", "running", START),
    ("campaigns:resume", "running", START),
    ("campaigns:cancel", "running", START),
]


@pytest.fixture
def campaigns(fake_gateway: FakeGateway) -> dict[str, Campaign]:
    account = make_account()
    return {
        "running": make_campaign(account, "sms", 12, text="Hello"),
        "draft": make_campaign(account, "sms", 3, running=False, text="Hello"),
    }


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    return client


def address(name: str, arguments: tuple[Any, ...], campaigns: dict[str, Campaign]) -> str:
    return reverse(name, args=[campaigns[part].pk if part in campaigns else part for part in arguments])


@pytest.mark.parametrize(("name", "arguments", "permission"), PAGES)
def test_a_page_opens_with_its_permission_and_only_with_it(
    campaigns: dict[str, Campaign], name: str, arguments: tuple[Any, ...], permission: str
) -> None:
    url = address(name, arguments, campaigns)
    visitor = Client()
    assert visitor.get(url).status_code == 302
    visitor.force_login(make_user(), "django.contrib.auth.backends.ModelBackend")
    assert visitor.get(url).status_code == 403
    visitor.force_login(make_user(permission), "django.contrib.auth.backends.ModelBackend")
    assert visitor.get(url).status_code == 200


@pytest.mark.parametrize(("name", "which", "permission"), BUTTONS)
def test_a_button_works_with_its_permission_and_only_by_post(
    campaigns: dict[str, Campaign], name: str, which: str, permission: str
) -> None:
    url = address(name, (which,), campaigns)
    visitor = Client()
    visitor.force_login(make_user(VIEW), "django.contrib.auth.backends.ModelBackend")
    assert visitor.post(url).status_code == 403
    visitor.force_login(make_user(VIEW, permission), "django.contrib.auth.backends.ModelBackend")
    assert visitor.get(url).status_code == 405
    assert visitor.post(url).status_code in (200, 302)


def test_the_states_on_the_page_add_up_to_the_total(client: Client, campaigns: dict[str, Campaign]) -> None:
    campaign = campaigns["running"]
    campaign.recipients.filter(position__lte=5).update(state="delivered")
    campaign.recipients.filter(position=6).update(state="unknown")
    text = client.get(reverse("campaigns:detail", args=[campaign.pk])).content.decode()
    legend = re.search(r'class="legend">(.*?)</div>', text, re.DOTALL).group(1)
    assert sum(map(int, re.findall(r"<b>(\d+)</b>", legend))) == campaign.total == 12
    assert "The states add up" in text
    assert "1 recipient is unknown." in text


def test_the_moving_part_moves_until_the_end_and_asks_for_the_page_when_the_state_changes(
    client: Client, campaigns: dict[str, Campaign]
) -> None:
    url = reverse("campaigns:progress", args=[campaigns["running"].pk])
    moving = client.get(url, {"state": "running"})
    assert "every 2s" in moving.content.decode()
    assert "HX-Refresh" not in moving.headers
    Campaign.objects.filter(pk=campaigns["running"].pk).update(state="finished", finished_at=timezone.now())
    ended = client.get(url, {"state": "running"})
    assert "every 2s" not in ended.content.decode()
    assert ended.headers["HX-Refresh"] == "true"


def queries_of(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_asks_the_same_questions_for_two_campaigns_and_for_many(
    client: Client, campaigns: dict[str, Campaign]
) -> None:
    before = queries_of(client, reverse("campaigns:list"))
    for _ in range(8):
        make_campaign(make_account(), "sms", 2)
    assert queries_of(client, reverse("campaigns:list")) == before


@pytest.mark.parametrize("name", ["campaigns:detail", "campaigns:recipients"])
def test_a_campaign_asks_the_same_questions_for_ten_recipients_and_for_many(
    client: Client, campaigns: dict[str, Campaign], name: str
) -> None:
    large = make_campaign(campaigns["running"].account, "sms", 300, text="Hello")
    large.recipients.filter(position__lte=100).update(state="delivered", talk_seconds=3)
    small = queries_of(client, reverse(name, args=[campaigns["running"].pk]))
    assert queries_of(client, reverse(name, args=[large.pk])) == small


def test_a_recipient_shows_the_requests_that_carried_it_and_its_receipts(
    client: Client, campaigns: dict[str, Campaign]
) -> None:
    campaign = campaigns["running"]
    chunk, person = campaign.chunks.get(), campaign.recipients.get(position=5)
    common = {"campaign": campaign, "chunk": chunk, "token": 1, "size": 3, "state": "answered"}
    Submission.objects.create(reference="r-1", positions="1-3,5", request="ours <b>", response="yes", **common)
    Submission.objects.create(reference="r-2", positions="6-12", request="of others", **common)
    push = InboundPush.objects.create(account=campaign.account, door="receipts", body="原文 raw".encode())
    Receipt.objects.create(
        account=campaign.account, push=push, fingerprint="f", recipient=person, verdict="delivered", times=2
    )
    text = client.get(reverse("campaigns:recipient", args=[campaign.pk, 5])).content.decode()
    assert "ours &lt;b&gt;" in text
    assert "of others" not in text
    assert "原文 raw" in text
    assert "said 2 times, applied once" in text


def test_an_empty_installation_says_the_next_step(client: Client, fake_gateway: FakeGateway) -> None:
    assert "Add the first account" in client.get(reverse("overview")).content.decode()
    make_account()
    assert "Compose the first campaign" in client.get(reverse("overview")).content.decode()
    assert "Compose the first campaign" in client.get(reverse("campaigns:list")).content.decode()


def test_only_receipts_without_recipient_are_listed_as_unmatched(
    client: Client, campaigns: dict[str, Campaign]
) -> None:
    person = campaigns["running"].recipients.first()
    account = campaigns["running"].account
    Receipt.objects.create(
        account=account, fingerprint="1", verdict="delivered", provider_id="known-id", recipient=person
    )
    Receipt.objects.create(account=account, fingerprint="2", verdict="undelivered", provider_id="lost-id")
    text = client.get(reverse("campaigns:receipts:unmatched")).content.decode()
    assert "lost-id" in text
    assert "known-id" not in text
