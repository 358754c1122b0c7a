"""What a campaign is likely to cost, from the prices that staff keep for its account."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.models.statuses import CampaignKind
from campaigns.text import placeholders
from campaigns.text.preview import reading_seconds
from notifyadmin.caching import kept
from providers.accounts.prices.countries import calling_code, holding
from providers.contract.words import Words, gettext_noop
from providers.models import Price, PriceUnit

from .counting import Amount, count

AT_ONCE = 20_000
"""Recipients whose texts are made while somebody waits: some 0.2 s."""

KEPT_SECONDS = 600
USUAL_SECONDS = 30
"""How long a call is taken to be where nothing tells it."""

PARTS = Words(gettext_noop("Everybody is sent to, and every part of a message is charged."))
CALLS = Words(gettext_noop("Everybody answers, and an answered call costs the same however long it is."))
MINUTES = gettext_noop(
    "Everybody answers and listens for %(seconds)s seconds; minutes begun that are charged for each call: %(minutes)s."
)


@dataclass(frozen=True, slots=True)
class Line:
    """What one price makes: ``units`` (message parts, calls, or minutes begun) of ``recipients``."""

    country: str
    unit: PriceUnit
    recipients: int
    units: int
    price: Decimal
    currency: str

    @property
    def amount(self) -> Decimal:
        return self.units * self.price


@dataclass(frozen=True, slots=True)
class Estimate:
    """``lines`` are by price; ``unpriced`` are recipients by calling code for whom no price is known."""

    lines: tuple[Line, ...] = ()
    unpriced: dict[str, int] = field(default_factory=dict)
    assumptions: tuple[Words, ...] = ()

    @property
    def amounts(self) -> dict[str, Decimal]:
        """The sum in each currency."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines:
            sums[line.currency] += line.amount
        return dict(sums)

    def stored(self) -> dict[str, Any]:
        """As it is kept with a campaign that has started."""
        return {
            "amounts": {currency: str(amount) for currency, amount in self.amounts.items()},
            "units": {str(line.unit): line.units for line in self.lines},
            "unpriced": self.unpriced,
            "assumptions": [words.pack() for words in self.assumptions],
            "at": timezone.now().isoformat(),
        }


def estimate(campaign: Campaign) -> Estimate:
    """What sending to the whole audience would cost. Where every text has to be made, at most some minutes old."""
    prices = _prices(campaign)
    if not prices or not campaign.total:
        return Estimate()
    return _made(campaign, prices) if is_quick(campaign) else _kept(campaign, prices)


def estimate_if_quick(campaign: Campaign) -> Estimate | None:
    """The estimate, or None where making it takes longer than a page should wait."""
    if is_quick(campaign) or not campaign.account.prices.filter(kind=campaign.kind).exists():
        return estimate(campaign)
    found: Estimate | None = cache.get(_key(campaign))
    return found


def is_quick(campaign: Campaign) -> bool:
    """Whether the estimate takes no longer than a page may."""
    texts = campaign.kind == CampaignKind.SMS and placeholders.names(campaign.text)
    return not texts or campaign.total <= AT_ONCE


def remember(campaign: Campaign) -> None:
    """Keep the estimate with the campaign that is about to start."""
    campaign.estimate = estimate(campaign).stored()
    Campaign.objects.filter(pk=campaign.pk).update(estimate=campaign.estimate)


def call_seconds(campaign: Campaign) -> int:
    """About how long an answered call is: its recording, or its text as the first recipient hears it."""
    if campaign.kind == CampaignKind.VOICE_FILE:
        known = campaign.voice_file.seconds if campaign.voice_file else None
        return math.ceil(known) if known else USUAL_SECONDS
    person = campaign.recipients.order_by("position").first()
    spoken = "".join(piece.text for piece in placeholders.pieces(campaign.text, person.variables if person else {}))
    return reading_seconds(spoken) or USUAL_SECONDS


def _prices(campaign: Campaign) -> dict[str, Price]:
    return {price.country: price for price in campaign.account.prices.filter(kind=campaign.kind)}


def _kept(campaign: Campaign, prices: dict[str, Price]) -> Estimate:
    return kept(_key(campaign), lambda: _made(campaign, prices), KEPT_SECONDS)


def _key(campaign: Campaign) -> str:
    """Changes with everything that the estimate is made from."""
    prices = campaign.account.prices.filter(kind=campaign.kind).aggregate(n=Count("id"), last=Max("changed_at"))
    audience = campaign.chunks.aggregate(last=Max("id"))["last"]
    when = prices["last"].timestamp() if prices["last"] else 0
    text = hash(campaign.text)
    return f"estimate-{campaign.pk}-{campaign.total}-{audience}-{text}-{campaign.account_id}-{prices['n']}-{when}"


def _made(campaign: Campaign, prices: dict[str, Price]) -> Estimate:
    counted = count(campaign, in_parts=campaign.kind == CampaignKind.SMS)
    by_price: dict[str, Amount] = {}
    unpriced: dict[str, int] = defaultdict(int)
    for start, amount in counted.items():
        price = holding(start, prices)
        if price is None:
            unpriced[calling_code(start)] += amount.recipients
            continue
        so_far = by_price.get(price.country, Amount(0, 0))
        by_price[price.country] = Amount(so_far.recipients + amount.recipients, so_far.units + amount.units)
    seconds = call_seconds(campaign) if _in_minutes(prices) else 0
    lines = [_line(prices[country], amount, seconds) for country, amount in sorted(by_price.items())]
    return Estimate(tuple(lines), dict(unpriced), _assumptions({line.unit for line in lines}, seconds))


def _in_minutes(prices: dict[str, Price]) -> bool:
    return any(price.unit == PriceUnit.MINUTE for price in prices.values())


def _line(price: Price, amount: Amount, seconds: int) -> Line:
    unit = PriceUnit(price.unit)
    units = amount.units * math.ceil(seconds / 60) if unit is PriceUnit.MINUTE else amount.units
    return Line(price.country, unit, amount.recipients, units, price.amount, price.currency)


def _assumptions(units: set[PriceUnit], seconds: int) -> tuple[Words, ...]:
    minutes = Words(MINUTES, {"seconds": seconds, "minutes": math.ceil(seconds / 60)})
    words = {PriceUnit.SEGMENT: PARTS, PriceUnit.CALL: CALLS, PriceUnit.MINUTE: minutes}
    return tuple(words[unit] for unit in PriceUnit if unit in units)
