"""The campaign page while the campaign runs: rate and end, picture, reasons with their links, cost and balances."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import unquote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.counters.rollups.reading import moments
from campaigns.counters.selectors import tallies
from campaigns.following.overview.ahead import about, ahead
from campaigns.following.overview.holding import holding_up
from campaigns.following.overview.picture import picture
from campaigns.lifecycle.costs import balances
from campaigns.models import Campaign, Movement
from campaigns.upkeep import sweeps
from providers.contract.errors import NotSent
from providers.contract.words import Words
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 9, 30, 30, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=3)


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "voice_file", 100, started_at=EARLIER)


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    return client


def moved(campaign: Campaign, at: datetime, state: str, amount: int, **more: object) -> None:
    Movement.objects.create(campaign=campaign, minute=at, state=state, amount=amount, **more)


def looked_ahead(campaign: Campaign) -> object:
    tally = tallies(campaign)
    return ahead(campaign, tally, holding_up(campaign, tally), moments(campaign))


@time_machine.travel(NOW, tick=False)
def test_the_rate_is_that_of_the_last_minutes_and_the_end_follows_from_it(campaign: Campaign) -> None:
    moved(campaign, NOW - timedelta(minutes=20, seconds=30), "submitted", 5000)
    moved(campaign, NOW - timedelta(minutes=3, seconds=30), "submitted", 60)
    moved(campaign, NOW - timedelta(minutes=1, seconds=30), "delivered", 40)
    moved(campaign, NOW - timedelta(minutes=1, seconds=30), "submitted", -40)
    moved(campaign, NOW - timedelta(minutes=1, seconds=30), "rejected", 30)
    found = looked_ahead(campaign)
    assert found.rate == pytest.approx(90 / 4.5)
    assert found.end == NOW + timedelta(minutes=100 / 20)
    assert found.left == "about 5 minutes"


@time_machine.travel(NOW, tick=False)
def test_there_is_no_end_where_nobody_can_tell(campaign: Campaign) -> None:
    assert looked_ahead(campaign).is_idle
    assert looked_ahead(campaign).end is None
    moved(campaign, NOW - timedelta(seconds=30), "submitted", 100)
    assert looked_ahead(campaign).end is not None
    campaign.account.state = "paused"
    assert looked_ahead(campaign).end is None
    campaign.account.state, campaign.state = "active", "paused"
    assert looked_ahead(campaign) is None


@time_machine.travel(NOW, tick=False)
def test_held_people_are_not_in_the_end(campaign: Campaign) -> None:
    moved(campaign, NOW - timedelta(minutes=1, seconds=30), "submitted", 45)
    campaign.recipients.filter(position__lte=90).update(state="held", held_until=NOW + timedelta(days=1))
    found = looked_ahead(campaign)
    assert (found.held, found.end) == (90, NOW + timedelta(minutes=1))
    campaign.recipients.update(state="held")
    assert looked_ahead(campaign).end is None


@time_machine.travel(NOW, tick=False)
def test_a_pace_says_the_end_whatever_the_rate_was(campaign: Campaign) -> None:
    campaign.per_minute = 10
    moved(campaign, NOW - timedelta(seconds=30), "submitted", 100)
    assert looked_ahead(campaign).end == NOW + timedelta(minutes=10 * 1.03)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=20), "about a minute"),
        (timedelta(minutes=4, seconds=10), "about 4 minutes"),
        (timedelta(hours=2, minutes=40), "about 3 hours"),
        (timedelta(days=3), "about 3 days"),
    ],
)
def test_lengths_are_said_as_roughly_as_they_are_known(length: timedelta, words: str) -> None:
    assert about(length) == words


@pytest.mark.parametrize(("minutes", "step"), [(5, 1), (50, 1), (200, 5), (60 * 29, 30), (60 * 24 * 100, 2880)])
def test_the_picture_has_room_for_any_length_and_loses_nothing(campaign: Campaign, minutes: int, step: int) -> None:
    for place in range(11):
        moved(campaign, EARLIER + timedelta(minutes=minutes * place // 10), "delivered", place + 1)
    found = picture(campaign, moments(campaign))
    assert found.minutes == step
    assert len(found.chart.steps) <= 62
    delivered = next(one for one in found.chart.bars if one.state == "delivered")
    assert sum(delivered.numbers) == sum(range(1, 12)) == sum(found.chart.line.numbers)


@pytest.mark.parametrize("shift", [timedelta(), timedelta(hours=1)])
def test_steps_are_named_rightly_on_the_day_when_clocks_go_back(campaign: Campaign, shift: timedelta) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + shift
    moved(campaign, first, "delivered", 1)
    moved(campaign, first.replace(hour=4, minute=0), "delivered", 2)
    with timezone.override("Europe/Berlin"):
        chart = picture(campaign, moments(campaign)).chart
    delivered = next(one.numbers for one in chart.bars if one.state == "delivered")
    assert {step: number for step, number in zip(chart.steps, delivered, strict=True) if number} == {
        "02:30": 1,
        "05:00": 2,
    }


def test_a_campaign_from_before_this_was_kept_says_so(client: Client, campaign: Campaign) -> None:
    assert picture(campaign, moments(campaign)) is None
    Campaign.objects.filter(pk=campaign.pk).update(state="finished", finished_at=NOW)
    assert "Nothing to show" in page(client, campaign)


def page(client: Client, campaign: Campaign, name: str = "detail") -> str:
    return client.get(reverse(f"campaigns:{name}", args=[campaign.pk])).content.decode()


@pytest.mark.stores
def test_reasons_lead_to_their_recipients_and_to_sending_again(client: Client, campaign: Campaign) -> None:
    campaign.recipients.filter(position__lte=3).update(state="undelivered", failure="busy")
    campaign.recipients.filter(position=4).update(state="undelivered")
    text = unquote(page(client, campaign)).replace("&amp;", "&")
    listed = reverse("campaigns:recipients", args=[campaign.pk])
    again = reverse("campaigns:again", args=[campaign.pk])
    assert f"{listed}?state=undelivered&failure=busy" in text
    assert f"{listed}?state=undelivered&failure=none" in text
    assert f"{again}?group=undelivered:busy" in text
    form = client.get(again, {"group": "undelivered:busy"}).content.decode()
    ticked = re.findall(r'<input[^>]*value="([^"]+)"[^>]*checked', form)
    assert ticked == ["undelivered:busy"]
    assert client.get(listed, {"state": "undelivered", "failure": "busy"}).status_code == 200


def test_who_may_not_compose_is_not_offered_to_send_again(client: Client, campaign: Campaign) -> None:
    campaign.recipients.filter(position__lte=3).update(state="undelivered", failure="busy")
    client.force_login(make_user("campaigns.view_campaign"), "django.contrib.auth.backends.ModelBackend")
    assert reverse("campaigns:again", args=[campaign.pk]) not in page(client, campaign)


def test_the_cost_is_what_receipts_say_or_reckoned_from_the_estimate(client: Client, campaign: Campaign) -> None:
    assert "no receipt names a cost, and no price is set" in page(client, campaign)
    campaign.estimate = {"amounts": {"CNY": "50"}, "units": {"call": 100}, "unpriced": {}}
    campaign.save()
    campaign.recipients.filter(position__lte=20).update(state="delivered")
    text = page(client, campaign)
    assert "≈ 10.00 CNY" in text
    assert "reckoned from your prices" in text
    assert "estimate 50.00 CNY" in text
    campaign.recipients.filter(position__lte=2).update(cost="0.4", currency="CNY")
    text = page(client, campaign)
    assert "0.80 CNY" in text
    assert "as the receipts say" in text


def test_the_moving_part_moves_numbers_picture_and_reasons(client: Client, campaign: Campaign) -> None:
    def bars() -> int:
        return page(client, campaign, "progress").count('<rect class="s-delivered" x=')

    before = page(client, campaign, "progress")
    assert "Nothing was sent so far." in before
    campaign.recipients.filter(position__lte=20).update(state="delivered")
    campaign.recipients.filter(position=21).update(state="undelivered", failure="off")
    after = page(client, campaign, "progress")
    assert bars() >= 1
    assert 'id="picture" hx-swap-oob' in after
    assert "Switched off" in after
    assert "style=" not in after


def test_a_large_campaign_asks_as_many_questions_as_a_small_one_and_none_about_its_recipients(
    client: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.counters.selectors.CACHED_ABOVE", 3)
    campaign.recipients.filter(position__lte=20).update(state="delivered", talk_seconds=3)
    campaign.recipients.filter(position__gt=90).update(state="submitted")
    with CaptureQueriesContext(connection) as captured:
        page(client, campaign, "progress")
    asked = [query["sql"] for query in captured]
    assert not [sql for sql in asked if 'FROM "campaigns_recipient"' in sql]
    assert len(asked) <= 8, asked


def run_balance(campaign: Campaign, when: str) -> None:
    balances.keep(campaign.pk, when)
    campaign.refresh_from_db()


def test_balances_are_read_at_the_start_and_at_the_end_and_shown_with_their_times(
    client: Client, campaign: Campaign, fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    from providers.contract.errors import Balance

    amounts = iter([Decimal("100"), Decimal("92.5")])
    monkeypatch.setattr(fake_gateway, "balance", lambda access, http: Balance(next(amounts), "CNY"))
    run_balance(campaign, "before")
    run_balance(campaign, "before")
    Campaign.objects.filter(pk=campaign.pk).update(state="finished", finished_at=timezone.now())
    run_balance(campaign, "after")
    text = page(client, campaign)
    assert "100.00 CNY" in text
    assert "92.50 CNY" in text
    assert "7.50 CNY" in text
    assert "used this account" not in text
    make_campaign(campaign.account, "sms", 2, started_at=EARLIER)
    assert "1 other campaign used this account in the same time" in page(client, campaign)


def test_a_balance_that_cannot_be_read_is_said_and_not_asked_for_again(
    client: Client, campaign: Campaign, fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def refuse(access: object, http: object) -> NotSent:
        asked.append(1)
        return NotSent(Words("The provider is away."))

    monkeypatch.setattr(fake_gateway, "balance", refuse)
    run_balance(campaign, "before")
    run_balance(campaign, "before")
    text = page(client, campaign)
    assert asked == [1]
    assert "could not be read" in text
    assert "The provider is away." in text


@pytest.mark.stores
def test_the_sweep_asks_for_balances_that_are_missing_and_in_time(
    fake_gateway: FakeGateway, published: list[str]
) -> None:
    def asked() -> int:
        published.clear()
        balances.wake_missing()
        return published.count("campaigns.keep_balance")

    account = make_account()
    campaign = make_campaign(account, "sms", 2)
    make_campaign(account, "sms", 2, test_of=campaign)
    make_campaign(account, "sms", 2, started_at=timezone.now() - timedelta(days=1))
    assert balances.wake_missing in sweeps.STEPS
    assert asked() == 1
    Campaign.objects.filter(pk=campaign.pk).update(balance_before={"at": NOW.isoformat()})
    assert asked() == 0
    Campaign.objects.filter(pk=campaign.pk).update(state="finished", finished_at=timezone.now())
    assert asked() == 1
