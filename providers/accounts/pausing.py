"""Stopping an account when its provider says that something is wrong with it."""

from datetime import datetime

from django.db import transaction

from providers.contract.statuses import Concern
from providers.contract.words import Words

from .models import Account, AccountState

PAUSABLE_CAMPAIGNS = "running"
PAUSED_CAMPAIGN = "paused"


def pause_account(account_id: int, concern: Concern, words: Words, raw: str, now: datetime) -> bool:
    """Pause the account and all its running campaigns at once; nobody's recipients fail for it.

    Whether the account was active until now.
    """
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        account.campaigns.filter(state=PAUSABLE_CAMPAIGNS).update(
            state=PAUSED_CAMPAIGN, pause_words=words.pack(), pause_raw=raw[:300]
        )
        if account.state != AccountState.ACTIVE:
            return False
        account.state = AccountState.PAUSED
        account.pause_concern, account.pause_words, account.pause_raw = concern, words.pack(), raw[:300]
        account.paused_at = now
        account.save(update_fields=["state", "pause_concern", "pause_words", "pause_raw", "paused_at"])
    return True
