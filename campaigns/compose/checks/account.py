"""The account: whether it may send, and whether anything is wrong with its connection."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from campaigns.compose.checks.items import Item, Level, fix, written
from campaigns.lifecycle import accounttests
from campaigns.models import Campaign, Gate
from campaigns.sending.rate_limiter import Limits, closed_until
from notifyadmin.web.words import in_words
from providers.accounts.models import Account, AccountState


def look(campaign: Campaign) -> Iterator[Item]:
    """Whether the account is in use, answers and is open."""
    account = campaign.account
    if account.state != AccountState.ACTIVE:
        title = gettext("The account %(account)s is not active") % {"account": account.name}
        detail = in_words(account.pause_words) or gettext("Resume it, or choose another account.")
        yield fix(Level.STOP, title, detail, campaign, "kind", gettext("Change"))
        return
    yield _connection(campaign)
    yield from _rest(account)


def _connection(campaign: Campaign) -> Item:
    account, stops = campaign.account, accounttests.forbids(campaign)
    url = reverse("providers:accounts:detail", args=[account.pk])
    if stops or account.last_test_failed:
        title = gettext("The last test of the account %(account)s failed") % {"account": account.name}
        level = Level.STOP if stops else Level.LOOK
        return Item(level, title, in_words(account.check_words), url, gettext("Test it"), waivable=stops)
    title = gettext("The account %(account)s is active") % {"account": account.name}
    if account.checked_at is None:
        return Item(Level.GOOD, title)
    return Item(Level.GOOD, title, gettext("Its connection was tested %(at)s.") % {"at": written(account.checked_at)})


def _rest(account: Account) -> Iterator[Item]:
    gate = Gate.objects.filter(account=account).first()
    until = closed_until(gate, Limits.of(account), timezone.now()) if gate else None
    if gate and until:
        title = gettext("The account rests until %(at)s") % {"at": written(until)}
        yield Item(Level.LOOK, title, in_words(gate.words))
