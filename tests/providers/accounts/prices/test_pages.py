"""Prices as staff keep them."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from providers.accounts.prices.countries import calling_code, holding
from providers.models import Account, Price
from tests.factories import FakeGateway, make_account, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    return make_account(balance_unit="usd")


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    return client


def page(account: Account) -> str:
    return reverse("providers:prices:page", args=[account.pk])


def price(**changed: Any) -> dict[str, Any]:
    return {"kind": "sms", "country": "+86", "unit": "segment", "amount": "0.0450", "currency": "usd"} | changed


def test_a_price_is_set_shown_replaced_and_removed(client: Client, account: Account) -> None:
    assert 'value="USD"' in client.get(page(account)).content.decode()
    client.post(page(account), price())
    (found,) = Price.objects.all()
    assert (found.country, found.amount, found.currency) == ("86", Decimal("0.045"), "USD")
    assert found.changed_by is not None
    for address in (page(account), reverse("providers:accounts:detail", args=[account.pk])):
        shown = client.get(address).content.decode()
        assert "0.045 USD" in shown
        assert "per part of a message" in shown
    client.post(page(account), price(amount="0.05"))
    assert Price.objects.get().amount == Decimal("0.05")
    client.post(reverse("providers:prices:remove", args=[Price.objects.get().pk]))
    assert not Price.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"country": "8x"}, "country"),
        ({"country": "999"}, "country"),
        ({"country": "861380"}, "country"),
        ({"currency": "dollars"}, "currency"),
        ({"amount": "-1"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"unit": "minute"}, "unit"),
        ({"kind": "voice_text"}, "unit"),
        ({"kind": "letter"}, "kind"),
    ],
)
def test_what_is_no_price_is_shown_again_with_the_reason(
    client: Client, account: Account, wrong: dict[str, str], field: str
) -> None:
    answer = client.post(page(account), price(**wrong))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not Price.objects.exists()


@pytest.mark.parametrize(
    ("number", "code"), [("8613800138000", "86"), ("12025550123", "1"), ("85251234567", "852"), ("0123456", "")]
)
def test_a_number_tells_its_calling_code(number: str, code: str) -> None:
    assert calling_code(number) == code


def test_the_most_exact_price_holds() -> None:
    prices = {"": "others", "1": "america", "1242": "bahamas"}
    assert holding("12425550123", prices) == "bahamas"
    assert holding("12025550123", prices) == "america"
    assert holding("8613800138000", prices) == "others"
    assert holding("8613800138000", {"1": "america"}) is None
