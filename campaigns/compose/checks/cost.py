"""What it is likely to cost, and whether the balance is enough."""

from collections.abc import Iterator
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext

from campaigns.compose.checks.items import Item, Level, count
from campaigns.lifecycle.costs.estimating import Estimate
from campaigns.lifecycle.costs.showing import country_names, money
from campaigns.models import Campaign
from notifyadmin.web.words import in_words
from providers.contract.abilities import Ability


def look(campaign: Campaign, found: Estimate | None) -> Iterator[Item]:
    """The estimate beside the balance; None stands for one that is still being made."""
    if found is None:
        detail = gettext(
            "Everybody's text is being made for that. It stands in the card beside as soon as it is known."
        )
        yield Item(Level.LOOK, gettext("The cost is being counted"), detail)
        yield from _balance(campaign, {})
        return
    yield from _estimate(campaign, found)
    yield from _balance(campaign, found.amounts)


def _estimate(campaign: Campaign, found: Estimate) -> Iterator[Item]:
    url = reverse("providers:prices:page", args=[campaign.account_id])
    if found.amounts:
        amounts = ", ".join(money(amount, currency) for currency, amount in sorted(found.amounts.items()))
        detail = " ".join(in_words(words.pack()) for words in found.assumptions)
        yield Item(Level.GOOD, gettext("It costs about %(amounts)s") % {"amounts": amounts}, detail)
    if not found.lines and not found.unpriced:
        detail = gettext("The account has no price for this kind, so nobody can say what it will cost.")
        yield Item(Level.LOOK, gettext("The cost is not known"), detail, url, gettext("Prices"))
        return
    if found.unpriced:
        title = gettext("For %(countries)s there is no price") % {"countries": country_names(found.unpriced)}
        number = sum(found.unpriced.values())
        detail = gettext("Recipients there, who are not in the estimate: %(count)s.") % {"count": count(number)}
        yield Item(Level.LOOK, title, detail, url, gettext("Prices"))


def _balance(campaign: Campaign, amounts: dict[str, Decimal]) -> Iterator[Item]:
    account = campaign.account
    balance, unit = account.balance_amount, account.balance_unit.upper()
    if balance is None:
        if account.gateway.able_to(Ability.REPORTS_BALANCE):
            detail = gettext("It was not read yet. If it runs out, the campaign pauses and nobody is lost.")
            yield Item(Level.LOOK, gettext("The balance is not known"), detail)
        return
    title = gettext("%(balance)s left at the provider") % {"balance": account.balance_display}
    told = bool(unit)
    if not told and len(amounts) == 1:
        unit = next(iter(amounts))
    needed = amounts.get(unit)
    if needed is None:
        level = Level.GOOD if balance > 0 else Level.LOOK
        yield Item(level, title, gettext("The provider charges; compare it with the size of the audience."))
    elif needed <= balance:
        detail = gettext("This needs about %(amount)s.") % {"amount": money(needed, unit)}
        if not told:
            detail += " " + gettext("The provider names no currency; its number is taken to be in that of the prices.")
        yield Item(Level.GOOD, title, detail)
    else:
        detail = gettext("This may need %(amount)s. If it runs out, the campaign pauses and nobody is lost.")
        title = gettext("%(balance)s left at the provider may not be enough") % {"balance": account.balance_display}
        yield Item(Level.LOOK, title, detail % {"amount": money(needed, unit)})
