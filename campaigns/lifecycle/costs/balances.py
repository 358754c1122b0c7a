"""The balance of the account when a campaign starts and when it has ended, as the provider says it.

Read by a task, outside any transaction. The sweep asks again for what was lost; what could not be read is not asked for
twice, because a later answer would say something else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from campaigns.models import Campaign
from campaigns.models.statuses import ENDED_STATES, CampaignState
from notifyadmin.wake import publish, publish_on_commit
from providers.accounts.services import check_connection
from providers.contract.abilities import Ability
from providers.contract.errors import Balance
from providers.registry import able_to

from .showing import money

BEFORE, AFTER = "before", "after"
IN_TIME = timedelta(minutes=15)
"""Later than this after the start or the end, a balance says nothing about it any more."""

TASK = "campaigns.keep_balance"


def wake_balance(campaign: Campaign, when: str) -> None:
    """After the transaction, have the balance read, where the provider tells it."""
    if not campaign.is_test and campaign.account.gateway.able_to(Ability.REPORTS_BALANCE):
        publish_on_commit(TASK, campaign.pk, when)


def wake_missing() -> None:
    """Ask again for balances whose task was lost."""
    recently = timezone.now() - IN_TIME
    able = [gateway.slug for gateway in able_to(Ability.REPORTS_BALANCE)]
    rows = Campaign.objects.real().filter(account__provider__in=able)
    for pk in rows.filter(state=CampaignState.RUNNING, started_at__gt=recently, balance_before={}).values_list("pk"):
        publish(TASK, *pk, BEFORE, expires=3)
    ended = rows.filter(state__in=ENDED_STATES, finished_at__gt=recently, started_at__isnull=False, balance_after={})
    for pk in ended.values_list("pk"):
        publish(TASK, *pk, AFTER, expires=3)


def keep(campaign_id: int, when: str) -> None:
    """Read the balance and write it down, once. Must not run inside a transaction."""
    column = f"balance_{when}"
    missing = Campaign.objects.filter(pk=campaign_id, **{column: {}})
    campaign = missing.select_related("account").first()
    if campaign is None:
        return
    answer = check_connection(campaign.account)
    stored: dict[str, Any] = {"at": timezone.now().isoformat()}
    if isinstance(answer, Balance):
        stored |= {"amount": str(answer.amount), "unit": answer.unit}
    else:
        stored["words"] = answer.words.pack()
    missing.update(**{column: stored})


@dataclass(frozen=True, slots=True)
class Read:
    """A balance and when it was read; without ``amount`` it could not be read, for the reason in ``words``."""

    at: datetime | None
    amount: Decimal | None = None
    unit: str = ""
    words: str = ""

    @property
    def shown(self) -> str:
        return money(self.amount, self.unit).strip() if self.amount is not None else ""

    @classmethod
    def of(cls, stored: Any) -> "Read | None":
        if not isinstance(stored, dict) or not stored.get("at"):
            return None
        amount = Decimal(stored["amount"]) if "amount" in stored else None
        return cls(parse_datetime(stored["at"]), amount, stored.get("unit", ""), stored.get("words", ""))


@dataclass(frozen=True, slots=True)
class Balances:
    """The balance before, the one after (or the last one, while it runs), and who else used the account meanwhile."""

    before: Read | None
    after: Read | None
    is_final: bool
    others: int

    @property
    def used(self) -> str:
        """By how much the account's balance fell, where both are known in one unit."""
        first, last = self.before, self.after
        if first is None or last is None or first.amount is None or last.amount is None or first.unit != last.unit:
            return ""
        return money(first.amount - last.amount, first.unit).strip()


def balances(campaign: Campaign) -> Balances | None:
    """What the page shows, or None where nothing was ever read."""
    before, after = Read.of(campaign.balance_before), Read.of(campaign.balance_after)
    if before is None and after is None:
        return None
    latest = after or _latest(campaign, before)
    return Balances(before, latest, after is not None, _others(campaign))


def _latest(campaign: Campaign, before: Read | None) -> Read | None:
    account = campaign.account
    since = before.at if before else None
    if account.balance_amount is None or account.balance_read_at is None:
        return None
    # The one that was read at the start is no news.
    if since and account.balance_read_at <= since + timedelta(seconds=1):
        return None
    return Read(account.balance_read_at, account.balance_amount, account.balance_unit)


def _others(campaign: Campaign) -> int:
    """Campaigns, tests among them, that ran at the same account in the same time."""
    if campaign.started_at is None:
        return 0
    until = campaign.finished_at or timezone.now()
    open_then = Q(finished_at__isnull=True) | Q(finished_at__gt=campaign.started_at)
    rows = Campaign.objects.filter(open_then, account_id=campaign.account_id, started_at__lt=until)
    return rows.exclude(pk=campaign.pk).count()
