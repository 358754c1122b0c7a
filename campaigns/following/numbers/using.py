"""How often one number was lately submitted by each account, against the limits per number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import NumberUse
from campaigns.sending.number_limits import limits_of
from campaigns.sending.sliding_window import MARGIN, waits
from providers import registry
from providers.accounts.models import Account, AccountState
from providers.contract.gateway import Frequency

_WINDOWS: dict[float, Any] = {
    1.0: gettext_lazy("in a second"),
    60.0: gettext_lazy("in a minute"),
    3600.0: gettext_lazy("in an hour"),
    86400.0: gettext_lazy("in 24 hours"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """*used* of the *most* submissions that one limit allows."""

    used: int
    most: int
    label: str

    @property
    def is_full(self) -> bool:
        return self.used >= self.most


@dataclass(frozen=True, slots=True)
class AccountUse:
    """The limits of an account for one number, and until when it is held by them (None: it may go now)."""

    account: Account
    windows: tuple[Window, ...]
    until: datetime | None


def uses_of(number: str, now: datetime) -> list[AccountUse]:
    """Of each account whose provider limits how often a number may be called. Two statements."""
    accounts = Account.objects.exclude(state=AccountState.ARCHIVED).order_by("name")
    recent = dict(NumberUse.objects.filter(account__in=accounts, number=number).values_list("account_id", "recent"))
    return [_use(account, limits, recent.get(account.pk, []), now) for account, limits in _limited(accounts)]


def _limited(accounts: Any) -> Iterator[tuple[Account, tuple[Frequency, ...]]]:
    for account in accounts:
        try:
            limits = limits_of(account)
        except registry.UnknownGateway:
            continue
        if limits:
            yield account, limits


def _use(account: Account, limits: tuple[Frequency, ...], recent: list[float], now: datetime) -> AccountUse:
    at = now.timestamp()
    windows = (
        Window(sum(time > at - limit.seconds - MARGIN for time in recent), limit.most, _label(limit.seconds))
        for limit in sorted(limits, key=lambda limit: limit.seconds)
    )
    wait = waits(recent, limits, at)
    return AccountUse(account, tuple(windows), datetime.fromtimestamp(wait[0], UTC) if wait else None)


def _label(seconds: float) -> str:
    known = _WINDOWS.get(float(seconds))
    return str(known) if known else _("in %(seconds)s seconds") % {"seconds": f"{seconds:g}"}
