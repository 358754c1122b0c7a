"""Estimates as pages show them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from notifyadmin.web.words import in_words

from .estimating import Estimate


def card(known: Estimate | None) -> dict[str, Any]:
    """Context of the card: nothing without prices, ``is_slow`` where the page has to ask for the estimate by itself."""
    if known is None:
        return {"cost": {"is_slow": True}}
    if not known.lines:
        return {}
    lines = [
        {
            "country": f"+{line.country}" if line.country else "",
            "units": number_format(line.units, force_grouping=True),
            "unit": line.unit.label,
            "price": money(line.price, line.currency),
            "amount": money(line.amount, line.currency),
        }
        for line in known.lines
    ]
    sums = [money(amount, currency) for currency, amount in sorted(known.amounts.items())]
    assumptions = [in_words(words) for words in known.assumptions]
    unpriced = country_names(known.unpriced) if known.unpriced else ""
    return {"cost": {"lines": lines, "sums": sums, "assumptions": assumptions, "unpriced": unpriced}}


def money(amount: Decimal, currency: str) -> str:
    """An amount with at least two decimals and no zeros beyond them."""
    plain = amount.normalize()
    exponent = plain.as_tuple().exponent
    decimals = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{number_format(plain, decimals, force_grouping=True)} {currency}"


def country_names(codes: Iterable[str]) -> str:
    """Calling codes as people write them; numbers without any are named so."""
    return ", ".join(f"+{code}" if code else gettext("numbers without calling code") for code in sorted(codes))
