"""The lines of the check beyond the content: account, schedule, hours, cost, and who was reached before."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns.compose import checks
from campaigns.compose.base import load_campaign
from campaigns.compose.checks import contacted, daytime
from campaigns.models import Campaign, Gate, ListFile, Suppression
from providers.contract.abilities import Ability
from providers.contract.fields import Field
from providers.contract.words import Words
from providers.models import Account, Price
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]

# Friday noon in China, where the numbers of the factory are at home.
NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)
LOOK, STOP, GOOD = checks.Level.LOOK, checks.Level.STOP, checks.Level.GOOD


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    return make_account(balance_amount=5, balance_unit="usd")


def draft(account: Account, recipients: int = 10, **values: Any) -> Campaign:
    return load_campaign(make_campaign(account, "sms", recipients, running=False, **values).pk)


def told(campaign: Campaign, words: str) -> checks.Item:
    (item,) = [item for item in checks.items(campaign) if words in f"{item.title} {item.detail}"]
    return item


def silent(campaign: Campaign, words: str) -> bool:
    return not any(words in f"{item.title} {item.detail}" for item in checks.items(campaign))


def price(account: Account, amount: str, **values: Any) -> None:
    kept = {"kind": "sms", "unit": "segment", "currency": "USD"} | values
    Price.objects.create(account=account, amount=Decimal(amount), **kept)


def test_a_failed_test_forbids_and_a_resting_account_is_told(account: Account) -> None:
    account.check_passed, account.check_words, account.checked_at = False, Words("Wrong key.").pack(), NOW
    account.save()
    Gate.objects.create(account=account, rest_until=NOW + timedelta(minutes=5), words=Words("Asked to.").pack())
    campaign = draft(account)
    assert told(campaign, "Wrong key.").level == STOP
    assert told(campaign, "rests until").level == LOOK


@pytest.mark.parametrize(
    ("amount", "level", "words"),
    [("0.1", GOOD, "This needs about 1.00 USD"), ("0.6", LOOK, "may not be enough")],
)
def test_the_balance_is_compared_with_what_it_needs(
    account: Account, amount: str, level: checks.Level, words: str
) -> None:
    price(account, amount)
    assert told(draft(account), words).level == level


def test_a_balance_without_a_currency_is_taken_to_be_in_that_of_the_prices(fake_gateway: FakeGateway) -> None:
    account = make_account(balance_amount=5, balance_unit="")
    price(account, "1")
    item = told(draft(account), "may not be enough")
    assert (item.level, "10.00 USD" in item.detail) == (LOOK, True)
    account.balance_amount = 50
    account.save()
    assert "names no currency" in told(draft(account), "left at the provider").detail


def test_the_cost_is_told_with_what_is_assumed(account: Account) -> None:
    price(account, "0.5")
    item = told(draft(account), "costs about")
    assert (item.level, "5.00 USD" in item.title) == (GOOD, True)
    assert item.detail


def test_a_balance_in_another_currency_is_not_compared(account: Account) -> None:
    price(account, "100", currency="CNY")
    assert told(draft(account), "left at the provider").level == GOOD


def test_without_prices_the_cost_is_not_known_and_countries_without_are_named(account: Account) -> None:
    campaign = draft(account)
    assert told(campaign, "The cost is not known").url == reverse("providers:prices:page", args=[account.pk])
    price(account, "1", country="852")
    assert "+86" in told(campaign, "there is no price").title


def test_an_option_that_the_provider_forbids_stops_under_its_own_name(
    account: Account, monkeypatch: pytest.MonkeyPatch, fake_gateway: FakeGateway
) -> None:
    needed = Field("voice", "Voice", required=True)
    facts = fake_gateway.kinds[Ability.SMS]
    changed = type(facts)(options=(needed,), max_callees=1, has_text=True, document="fake")
    monkeypatch.setattr(FakeGateway, "kinds", {**FakeGateway.kinds, Ability.SMS: changed})
    monkeypatch.setattr(
        fake_gateway, "check", lambda message, access: list(needed.problems(message.options.get("voice")))
    )
    campaign = draft(account)
    item = told(campaign, "“Voice”")
    assert (item.level, item.url) == (STOP, reverse("campaigns:options", args=[campaign.pk]))


def test_the_plan_is_told_in_words(account: Account) -> None:
    hours = {"time_zone": "Asia/Shanghai", "window_from": time(9), "window_until": time(18)}
    campaign = draft(account, per_minute=1200, spread_until=NOW + timedelta(hours=3), **hours)
    item = told(campaign, "as soon as somebody starts it")
    assert item.level == GOOD
    assert "from 09:00 to 18:00 (Asia/Shanghai)" in item.detail
    assert "Spread evenly until 2026-05-01 15:00 (Asia/Shanghai)" in item.detail
    assert "1,200 recipients a minute" in item.detail


def test_a_spread_that_is_over_stops_and_closed_hours_are_told(account: Account) -> None:
    assert told(draft(account, spread_until=NOW), "would be sent to at once").level == STOP
    item = told(draft(account, time_zone="Asia/Shanghai", window_days=0b1), "hours are over")
    assert item.level == LOOK
    assert "2026-05-04 00:00 (Asia/Shanghai)" in item.detail


def test_who_would_be_woken_at_night_is_counted_by_their_own_clock(account: Account) -> None:
    campaign = draft(account)
    campaign.recipients.filter(position=1).update(number="12125550121")
    campaign.recipients.filter(position=2).update(number="12125550122")
    campaign.recipients.filter(position=3).update(number="12125550123")
    item = told(campaign, "It is night for 3 recipients")
    assert item.level == LOOK
    assert "America/New_York (3)" in item.detail
    Account.objects.update(quiet_from=time(21), quiet_until=time(8))
    assert told(load_campaign(campaign.pk), "quiet hours of the account hold them").level == GOOD


def test_the_hours_are_those_of_the_planned_start(account: Account) -> None:
    assert told(draft(account), "It is daytime").level == GOOD
    assert told(draft(account, scheduled_at=NOW + timedelta(hours=12)), "It is night for 10").level == LOOK


@pytest.mark.parametrize(("until", "never"), [(time(17), True), (time(19), True), (time(19, 1), False)])
def test_who_is_asleep_whenever_the_campaign_may_send_is_told(account: Account, until: time, never: bool) -> None:
    Account.objects.update(quiet_from=time(21), quiet_until=time(8))
    campaign = draft(account, time_zone="Asia/Shanghai", window_from=time(10), window_until=until)
    assert silent(campaign, "never")
    # In São Paulo it is 23:00 at the opening, and eight in the morning at seven in Shanghai.
    for position in (1, 2):
        campaign.recipients.filter(position=position).update(number=f"55112345678{position}")
    campaign = load_campaign(campaign.pk)
    if never:
        item = told(campaign, "2 recipients would never be reached")
        assert item.level == LOOK
        assert "America/Sao_Paulo (2)" in item.detail
    else:
        assert silent(campaign, "never")


def test_who_was_reached_lately_is_counted_once_whatever_the_campaign(account: Account) -> None:
    for recipients in (4, 6):
        earlier = make_campaign(make_account(), recipients=recipients, started_at=NOW - timedelta(days=2))
        earlier.recipients.update(submitted_at=NOW - timedelta(days=2))
    old = make_campaign(account, recipients=10, state="finished", finished_at=NOW - timedelta(days=9))
    old.recipients.update(submitted_at=NOW - timedelta(days=9))
    waiting = make_campaign(account, recipients=10)
    item = told(draft(account), "in the last 7 days")
    assert item.level == LOOK
    assert item.title.startswith("6 recipients were reached")
    assert waiting.name in item.detail
    assert old.name not in item.detail


def test_nobody_was_reached_lately_is_only_told_where_somebody_could_have_been(account: Account) -> None:
    assert silent(draft(account), "the last 7 days")
    make_campaign(account, recipients=10)
    assert told(draft(account), "Nobody of them was reached").level == GOOD


def test_of_a_large_audience_the_share_is_told(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacted, "MOST", 40)
    monkeypatch.setattr(daytime, "MOST", 40)
    earlier = make_campaign(account, recipients=100, started_at=NOW)
    earlier.recipients.filter(position__lte=50).update(submitted_at=NOW)
    campaign = draft(account, recipients=100, scheduled_at=NOW + timedelta(hours=12))
    assert told(campaign, "in the last 7 days").title.startswith("About 50 %")
    assert told(campaign, "It is night for about 100 %").level == LOOK


def test_suppressed_recipients_are_counted_and_all_of_them_stop(account: Account) -> None:
    campaign = draft(account, recipients=3)
    Suppression.objects.create(number="8613800000002")
    assert told(campaign, "on the suppression list").level == LOOK
    Suppression.objects.bulk_create([Suppression(number=f"861380000000{n}") for n in (1, 3)])
    assert told(campaign, "on the suppression list").level == STOP


def test_a_list_that_was_sent_before_is_named(account: Account) -> None:
    earlier = make_campaign(account, "sms", 2)
    campaign = draft(account)
    for one in (earlier, campaign):
        ListFile.objects.create(
            campaign=one, name="week.xlsx", purpose="audience", digest="d" * 64, good=2, state="done"
        )
    item = told(campaign, "was sent before")
    assert earlier.name in item.detail
    assert item.url == reverse("campaigns:detail", args=[earlier.pk])


def test_what_only_tells_is_not_looked_at_again_by_the_start(account: Account, client: Client) -> None:
    price(account, "1")
    campaign = draft(account)
    assert checks.stopping(campaign) == []
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    client.post(reverse("campaigns:start", args=[campaign.pk]))
    campaign.refresh_from_db()
    assert campaign.state == "running"
    assert campaign.estimate["amounts"] == {"USD": "10.000000"}


@pytest.mark.parametrize("recipients", [5, 300])
def test_the_page_takes_as_many_statements_for_many_as_for_few(
    account: Account, client: Client, django_assert_max_num_queries: Any, recipients: int
) -> None:
    price(account, "1")
    make_campaign(account, recipients=recipients)
    Suppression.objects.create(number="8613800000002")
    campaign = draft(account, recipients, per_minute=60)
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    page = reverse("campaigns:check", args=[campaign.pk])
    client.get(page)
    with django_assert_max_num_queries(MOST_STATEMENTS):
        text = client.get(page).content.decode()
    assert "Estimate" in text
    assert "1.00 USD" in text


MOST_STATEMENTS = 24
