"""What a campaign has cost so far: as the receipts tell, or reckoned from the estimate where they do not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from campaigns.counters.rollups.reading import GONE
from campaigns.counters.selectors import Figures
from campaigns.models import Campaign
from campaigns.models.statuses import CampaignKind

from .showing import money

Amounts = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Spent:
    """``amounts`` by currency; ``reckoned`` says that no receipt named them."""

    amounts: Amounts = field(default_factory=dict)
    reckoned: bool = False

    @property
    def shown(self) -> str:
        return written(self.amounts)


def spent(campaign: Campaign, figures: Figures, *, is_named: bool = False) -> Spent:
    """What *figures* of *campaign* (all of it, or of one day) have cost.

    Without amounts in the receipts it is the estimate's share of those who are charged for: whoever answered a call,
    or whom a message was sent to. The estimate's countries and lengths are taken to be spread evenly. *is_named* says
    that receipts of other days name amounts: what was sent on one day and is paid for on the next is not paid twice.
    """
    if is_named or any(figures.costs.values()):
        return Spent({currency: amount for currency, amount in figures.costs.items() if amount})
    share = _share(campaign, charged(campaign, figures))
    amounts = {currency: amount * share for currency, amount in estimated(campaign).items()}
    return Spent({currency: amount for currency, amount in amounts.items() if amount}, reckoned=True)


def charged(campaign: Campaign, figures: Figures) -> int:
    """Recipients who cost something."""
    return figures.number(*GONE) if campaign.kind == CampaignKind.SMS else figures.answered


def estimated(campaign: Campaign) -> Amounts:
    """The estimate that the campaign was started with, by currency."""
    stored = campaign.estimate.get("amounts", {}) if isinstance(campaign.estimate, dict) else {}
    return {str(currency): amount for currency, text in stored.items() if (amount := _decimal(text)) is not None}


def together(amounts: Iterable[Mapping[str, Decimal]]) -> Amounts:
    """Sums by currency."""
    sums: Amounts = {}
    for one in amounts:
        for currency, amount in one.items():
            sums[currency] = sums.get(currency, Decimal()) + amount
    return sums


def written(amounts: Mapping[str, Decimal]) -> str:
    """Amounts for reading, to the cent, or as exactly as small ones need."""
    return " + ".join(money(_rounded(amount), currency).strip() for currency, amount in sorted(amounts.items()))


def _share(campaign: Campaign, number: int) -> Decimal:
    unpriced = sum(campaign.estimate.get("unpriced", {}).values()) if campaign.estimate else 0
    priced = campaign.total - unpriced
    return Decimal(number) / priced if priced > 0 else Decimal()


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01") if abs(amount) >= 1 else Decimal("0.0001"))


def _decimal(text: object) -> Decimal | None:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        return None
