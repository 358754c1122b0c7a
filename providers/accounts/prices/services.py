"""Prices are set and removed; campaigns that have started keep the estimate that they were started with."""

from decimal import Decimal

from django.contrib.auth.models import AbstractBaseUser

from providers.accounts.models import Account

from .models import Price, PriceUnit


def set_price(
    account: Account,
    *,
    kind: str,
    country: str,
    unit: PriceUnit,
    amount: Decimal,
    currency: str,
    user: AbstractBaseUser | None,
) -> Price:
    """Set the price of *kind* for numbers of *country* (calling code, empty for all others), whatever it was before."""
    values = {"unit": unit, "amount": amount, "currency": currency, "changed_by_id": user.pk if user else None}
    price, _ = Price.objects.update_or_create(account=account, kind=kind, country=country, defaults=values)
    return price


def remove(price: Price) -> None:
    price.delete()
