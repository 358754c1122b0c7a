"""Prices as pages list them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from providers.accounts import labels
from providers.accounts.models import Account

from .models import Price


@dataclass(frozen=True, slots=True)
class Line:
    """One price in the reader's language."""

    pk: int
    kind: Any
    country: str
    amount: str
    unit: str
    changed_at: datetime
    changed_by: str


def listed(account: Account) -> list[Line]:
    """All prices of *account*."""
    gateway = account.gateway
    names = dict(zip(map(str, gateway.able_kinds()), labels.kinds(gateway), strict=True))
    prices = account.prices.select_related("changed_by").order_by("kind", "country")
    return [_line(price, names.get(price.kind, price.kind)) for price in prices]


def _line(price: Price, kind: Any) -> Line:
    country = f"+{price.country}" if price.country else gettext("all others")
    amount = f"{number_format(price.amount.normalize())} {price.currency}"
    by = str(price.changed_by) if price.changed_by else ""
    return Line(price.pk, kind, country, amount, price.get_unit_display(), price.changed_at, by)
