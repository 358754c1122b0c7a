"""What a campaign is likely to cost: every part of every message, and calls by an assumption that is told."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from campaigns.lifecycle.costs import estimating
from campaigns.lifecycle.costs.estimating import estimate, estimate_if_quick, remember
from campaigns.models import Campaign
from campaigns.text import sms
from notifyadmin.web.words import in_words
from providers.models import Account, Price, VoiceFile
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    return make_account()


def price(account: Account, kind: str, unit: str, amount: str, country: str = "", currency: str = "USD") -> Price:
    values: dict[str, Any] = {"kind": kind, "unit": unit, "country": country, "currency": currency}
    return Price.objects.create(account=account, amount=Decimal(amount), **values)


def draft(account: Account, kind: str = "sms", recipients: int = 10, **values: Any) -> Campaign:
    return make_campaign(account, kind, recipients, running=False, **values)


def renumber(campaign: Campaign, *numbers: str) -> None:
    for position, number in enumerate(numbers, 1):
        campaign.recipients.filter(position=position).update(number=number)


def test_every_part_of_every_message_is_charged(account: Account) -> None:
    price(account, "sms", "segment", "0.045")
    found = estimate(draft(account, text="x" * 161))
    assert [(line.recipients, line.units) for line in found.lines] == [(10, 20)]
    assert found.amounts == {"USD": Decimal("0.900")}
    assert "every part" in in_words(found.assumptions[0])


def test_with_placeholders_everybodys_own_text_is_counted(account: Account) -> None:
    price(account, "sms", "segment", "1")
    campaign = draft(account, text="To {name}", columns=["name"], recipients=4)
    for position, name in enumerate(["Ann", "馆" * 80, "x" * 200, "  "], 1):
        campaign.recipients.filter(position=position).update(variables={"name": name})
    # One part, two in UCS-2, two in GSM-7; who has no name is skipped.
    found = estimate(campaign)
    assert (found.lines[0].recipients, found.lines[0].units) == (3, 5)


def test_the_price_of_the_country_holds_and_countries_without_price_are_named(account: Account) -> None:
    price(account, "sms", "segment", "1", country="86")
    price(account, "sms", "segment", "3", country="852", currency="HKD")
    price(account, "voice_file", "call", "100")
    campaign = draft(account, recipients=5)
    renumber(campaign, "8613800138000", "8613800138001", "85251234567", "12025550123", "12025550124")
    found = estimate(campaign)
    assert found.amounts == {"USD": Decimal(2), "HKD": Decimal(3)}
    assert found.unpriced == {"1": 2}


def test_all_others_have_the_price_without_country(account: Account) -> None:
    price(account, "sms", "segment", "1", country="86")
    price(account, "sms", "segment", "5")
    campaign = draft(account, recipients=3)
    renumber(campaign, "8613800138000", "85251234567", "12025550123")
    assert estimate(campaign).amounts == {"USD": Decimal(11)}


@pytest.mark.parametrize(
    ("unit", "seconds", "amount", "told"),
    [
        ("call", 300, "1.0", "however long"),
        ("minute", 60, "1.0", "60 seconds"),
        ("minute", 61, "2.0", "61 seconds"),
        ("minute", None, "1.0", "30 seconds"),
    ],
)
def test_calls_are_reckoned_as_if_everybody_answered(
    account: Account, unit: str, seconds: int | None, amount: str, told: str
) -> None:
    price(account, "voice_file", unit, "0.1")
    campaign = draft(account, "voice_file")
    VoiceFile.objects.update(seconds=seconds)
    campaign.voice_file.refresh_from_db()
    found = estimate(campaign)
    assert found.amounts == {"USD": Decimal(amount)}
    assert "Everybody answers" in in_words(found.assumptions[0])
    assert told in in_words(found.assumptions[0])


def test_a_text_that_is_read_out_is_as_long_as_reading_takes(account: Account) -> None:
    price(account, "voice_text", "minute", "1")
    assert estimate(draft(account, "voice_text", text="馆" * 300)).amounts == {"USD": Decimal(20)}


def test_without_a_price_there_is_no_estimate_and_nobody_is_counted(
    account: Account, django_assert_num_queries: Any
) -> None:
    campaign = draft(account)
    with django_assert_num_queries(1):
        assert estimate(campaign).amounts == {}


def test_a_text_without_placeholders_takes_two_statements_however_many_there_are(
    account: Account, django_assert_num_queries: Any
) -> None:
    price(account, "sms", "segment", "1")
    campaign = draft(account, recipients=3000)
    with django_assert_num_queries(2):
        assert estimate(campaign).amounts == {"USD": Decimal(3000)}


def test_a_large_audience_with_placeholders_is_not_waited_for_until_somebody_has(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimating, "AT_ONCE", 5)
    price(account, "sms", "segment", "1")
    campaign = draft(account, text="{name}", columns=["name"])
    campaign.recipients.update(variables={"name": "Ann"})
    assert estimate_if_quick(campaign) is None
    assert estimate(campaign).amounts == {"USD": Decimal(10)}
    assert estimate_if_quick(campaign) == estimate(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(text="{name}" + "x" * 200)
    campaign.refresh_from_db()
    assert estimate_if_quick(campaign) is None


def test_what_was_estimated_is_kept_with_the_campaign(account: Account) -> None:
    kept = price(account, "sms", "segment", "1", country="86")
    campaign = draft(account, recipients=2)
    renumber(campaign, "8613800138000", "12025550123")
    remember(campaign)
    kept.delete()
    campaign.refresh_from_db()
    assert campaign.estimate["amounts"] == {"USD": "1.000000"}
    assert campaign.estimate["unpriced"] == {"1": 1}


@given(st.text(alphabet=st.sampled_from("ab€^{馆\U0001f600é\n"), max_size=700))
def test_counting_parts_fast_counts_the_same(text: str) -> None:
    assert sms.parts(text) == sms.size(text).parts


def test_the_start_of_what_runs_already_leaves_its_estimate_alone(account: Account, client: Client) -> None:
    price(account, "sms", "segment", "1")
    campaign = draft(account, recipients=2)
    Campaign.objects.filter(pk=campaign.pk).update(state="finished", estimate={"amounts": {"USD": "7"}})
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    client.post(reverse("campaigns:start", args=[campaign.pk]))
    campaign.refresh_from_db()
    assert campaign.estimate == {"amounts": {"USD": "7"}}
