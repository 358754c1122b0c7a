"""Every page and file that shows numbers shows the same ones, and they sum to the total."""

import csv
import io
import random
from collections import Counter

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from campaigns.counters.rollups.reading import GONE
from campaigns.models import Campaign, Tally
from campaigns.models.statuses import RecipientState
from tests.adding_up import disagreements
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
LABELS = {str(state.label): state.value for state in RecipientState}


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    """Sixty people whose states have changed to and fro."""
    campaign = make_campaign(make_account(), "sms", 60)
    choice = random.Random(6)
    for _ in range(40):
        state = choice.choice(list(RecipientState))
        failure = choice.choice(["busy", "off", ""]) if state in ("undelivered", "rejected") else ""
        campaign.recipients.filter(position__in=choice.sample(range(1, 61), 4)).update(state=state, failure=failure)
    make_campaign(campaign.account, "sms", 7, test_of=campaign).recipients.update(state="delivered")
    return campaign


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    return client


def opened(client: Client, url: str) -> list[dict[str, str]]:
    text = b"".join(client.get(url).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_all_pages_and_files_say_the_same_and_it_sums_to_the_total(client: Client, campaign: Campaign) -> None:
    expected = dict(Counter(campaign.recipients.values_list("state", flat=True)))
    assert sum(expected.values()) == campaign.total

    assert disagreements() == []
    for name in ("detail", "progress"):
        assert "The states add up." in client.get(reverse(f"campaigns:{name}", args=[campaign.pk])).content.decode()
    ((shown, counts),) = client.get(reverse("overview")).context["live"]
    assert (shown, {state: number for state, _label, number in counts}) == (campaign, expected)
    listed = client.get(reverse("campaigns:list")).context["table"]
    assert listed.tallies == {campaign.pk: expected}

    rows = opened(client, reverse("campaigns:recipients_export", args=[campaign.pk, "csv"]))
    assert dict(Counter(LABELS[row["State"]] for row in rows)) == expected
    (row,) = opened(client, reverse("campaigns:export", args=["csv"]))
    assert {value: int(row[label]) for label, value in LABELS.items() if row[label] != "0"} == expected
    report = client.get(reverse("campaigns:reports:page")).context["sum"]
    assert report.sent == sum(expected.get(state, 0) for state in GONE)
    assert (report.answered, report.failed) == (expected.get("delivered", 0), expected.get("undelivered", 0))
    (line,) = opened(client, reverse("campaigns:reports:export", args=["csv"]))
    assert (int(line["Sent"]), int(line["Refused by the provider"])) == (report.sent, expected.get("rejected", 0))


def test_the_look_at_all_pages_after_journeys_is_not_blind(campaign: Campaign) -> None:
    assert disagreements() == []
    Tally.objects.filter(campaign=campaign, state="delivered").update(amount=F("amount") + 1)
    told = disagreements()
    assert [line.split(":")[0] for line in told][:3] == [
        f"{campaign}, {name}" for name in ("detail", "progress", "recipients")
    ]
    assert any(line.startswith("list") for line in told)


def test_a_total_that_is_not_the_number_of_recipients_is_named(campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(total=61)
    assert any("total" in line for line in disagreements())
