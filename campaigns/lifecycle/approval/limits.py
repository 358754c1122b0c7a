"""Above which size or cost a campaign needs an approval."""

from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from campaigns.lifecycle.costs.estimating import estimate, estimate_if_quick
from campaigns.models import Campaign
from providers.contract.words import Words, gettext_noop

LARGE = gettext_noop("It reaches %(count)s recipients; above %(limit)s somebody else has to approve it.")
DEAR = gettext_noop("It is estimated to cost %(cost)s; above %(limit)s somebody else has to approve it.")


def reasons(campaign: Campaign, *, patient: bool = True) -> list[Words]:
    """Why *campaign* needs an approval; empty where it needs none. Test sends need none.

    To know the cost of a large campaign every text has to be made; without *patient* it does not count until that was
    done for somebody else (see costs.estimating).
    """
    if campaign.is_test:
        return []
    return [*_large(campaign), *_dear(campaign, patient)]


def cost_limits() -> dict[str, Decimal]:
    """The most that a campaign may cost without an approval, by currency. Raises ImproperlyConfigured."""
    limits: dict[str, Decimal] = {}
    for written in settings.APPROVAL_COST:
        amount, _blank, currency = written.strip().partition(" ")
        try:
            limits[currency.strip().upper()] = Decimal(amount)
        except InvalidOperation as error:
            raise ImproperlyConfigured(
                f"APPROVAL_COST: “{written}” is no amount with a currency, as in 500 USD"
            ) from error
    if any(len(currency) != 3 for currency in limits):
        raise ImproperlyConfigured("APPROVAL_COST: each amount needs a currency of three letters, as in 500 USD")
    return limits


def _large(campaign: Campaign) -> list[Words]:
    most = settings.APPROVAL_RECIPIENTS
    if not most or campaign.total <= most:
        return []
    return [Words(LARGE, {"count": campaign.total, "limit": most})]


def _dear(campaign: Campaign, patient: bool) -> list[Words]:
    limits = cost_limits()
    if not limits:
        return []
    return [
        Words(DEAR, {"cost": f"{amount:,.2f} {currency}", "limit": f"{limits[currency]:,} {currency}"})
        for currency, amount in amounts(campaign, patient=patient).items()
        if currency in limits and amount > limits[currency]
    ]


def amounts(campaign: Campaign, *, patient: bool) -> dict[str, Decimal]:
    """What sending to the whole audience is estimated to cost, by currency; empty where no price is known."""
    found = estimate(campaign) if patient else estimate_if_quick(campaign)
    return found.amounts if found else {}
