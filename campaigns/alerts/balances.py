"""Reading balances gently while they matter: before and while an account sends, and where somebody wants a warning."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.models.statuses import CampaignState
from notifyadmin.wake import publish
from providers.accounts.models import Account, AccountState
from providers.contract.abilities import Ability

SENDING_EVERY, IDLE_EVERY = timedelta(minutes=10), timedelta(hours=6)
"""How old a balance may be while campaigns of the account send or are about to, and else."""

EXPIRES = 100.0


def refresh() -> int:
    """Ask for the balances that are too old, one request each, by the libraries' workers. Returns how many."""
    now = timezone.now()
    soon = [CampaignState.RUNNING, CampaignState.SCHEDULED, CampaignState.PENDING_APPROVAL]
    sends = Exists(Campaign.objects.filter(account=OuterRef("pk"), state__in=soon))
    sending_due = Q(sends=True) & _not_since(now - SENDING_EVERY)
    idle_due = Q(balance_low__isnull=False) & _not_since(now - IDLE_EVERY)
    able = Account.objects.able_to(Ability.REPORTS_BALANCE).filter(state=AccountState.ACTIVE)
    due = list(able.annotate(sends=sends).filter(sending_due | idle_due).values_list("pk", flat=True))
    for account_id in due:
        publish("providers.read_balance", account_id, expires=EXPIRES)
    return len(due)


def _not_since(limit: object) -> Q:
    """A reading that failed was a try as well: an account that cannot be asked is not asked all the time."""
    tried = Q(checked_at__isnull=True) | Q(checked_at__lt=limit)
    return tried & (Q(balance_read_at__isnull=True) | Q(balance_read_at__lt=limit))
