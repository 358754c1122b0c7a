"""Everything that changes an account."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.wake import publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.calllog import services as calllog
from providers.contract.errors import Balance, BalanceAnswer
from providers.contract.http import HttpClient, RequestsClient
from providers.contract.statuses import Concern
from providers.contract.words import Words, gettext_noop
from providers.webhooks import addresses
from providers.webhooks.models import PushAddress

from .limits import NEW, Limits
from .models import Account, AccountState

BUSY_CAMPAIGNS = ("pending_approval", "scheduled", "running", "paused", "cancelling")
"""States of campaigns that still need their account."""


@lru_cache(maxsize=1)
def http_client() -> RequestsClient:
    """The process-wide client: its sessions are kept per thread and shared by all accounts."""
    return RequestsClient()


def create_account(
    *,
    provider: str,
    name: str,
    credentials: Mapping[str, Any],
    settings: Mapping[str, Any],
    receipt_wait_hours: int = 72,
    limits: Limits = NEW,
) -> Account:
    """A new account with its push address; its connection is tested as soon as a worker gets to it."""
    own: dict[str, Any] = {"settings": dict(settings), "receipt_wait_hours": receipt_wait_hours}
    account = Account(provider=provider, name=name, **own, **limits.values())
    account.set_credentials(dict(credentials))
    with transaction.atomic():
        account.save()
        addresses.issue(account)
        publish_on_commit("providers.read_balance", account.pk)
    return account


def update_account(
    account: Account,
    *,
    name: str,
    credentials: Mapping[str, Any],
    settings: Mapping[str, Any],
    receipt_wait_hours: int | None = None,
    limits: Limits | None = None,
) -> Account:
    """Change an account. Credentials that are not in *credentials* stay as they are, and so do *limits* of None."""
    account.name = name
    account.settings = dict(settings)
    account.receipt_wait_hours = receipt_wait_hours or account.receipt_wait_hours
    fields = ["name", "settings", "receipt_wait_hours", "updated_at"]
    for column, value in (limits.values() if limits else {}).items():
        setattr(account, column, value)
        fields.append(column)
    merged = {**account.credentials, **credentials}
    if merged != account.credentials:
        account.set_credentials(merged)
        account.check_passed, account.check_words, account.checked_at = None, "", None
        fields += ["credentials_encrypted", "check_passed", "check_words", "checked_at"]
    # Only what the form shows: the state may have been changed by a worker since the form was opened.
    account.save(update_fields=fields)
    return account


def archive(account: Account) -> None:
    """Take an account out of use. Raises Refusal while campaigns that are not finished use it."""
    with transaction.atomic():
        locked = Account.objects.select_for_update().get(pk=account.pk)
        busy = locked.campaigns.filter(state__in=BUSY_CAMPAIGNS).count()
        if busy:
            text = gettext_noop(
                "%(count)s campaigns that are not finished use this account. It stays active; cancel them or wait "
                "until they have finished, then archive it."
            )
            raise Refusal(Words(text, {"count": busy}))
        locked.state = AccountState.ARCHIVED
        locked.save(update_fields=["state", "updated_at"])


def restore(account: Account) -> None:
    """Bring an archived account back."""
    Account.objects.filter(pk=account.pk, state=AccountState.ARCHIVED).update(state=AccountState.ACTIVE)


def resume(account: Account) -> None:
    """Let a paused account send again. Raises Refusal when it is not paused."""
    resumed = Account.objects.filter(pk=account.pk, state=AccountState.PAUSED).update(
        state=AccountState.ACTIVE, pause_concern=Concern.NONE, pause_words="", pause_raw="", paused_at=None
    )
    if not resumed:
        raise Refusal(_("This account is not paused, so there was nothing to resume."))


def rotate_push_token(account: Account) -> PushAddress:
    """A new push address. The old ones go on working until they are retired."""
    return addresses.issue(account)


def retire_old_push_addresses(account: Account) -> int:
    """Close every push address but the newest; returns how many. Raises Refusal when there is no older one."""
    retired = addresses.retire_older(account)
    if not retired:
        raise Refusal(_("There is no older push address, so there was nothing to close."))
    return retired


def check_connection(account: Account, http: HttpClient | None = None) -> BalanceAnswer:
    """Ask the provider for the balance, and keep what came of it. Must not run inside a transaction."""
    answer = account.gateway.balance(account.access(), http or http_client())
    with transaction.atomic():
        calllog.record(account, "balance", answer)
        _record_check(account, answer)
        if isinstance(answer, Balance):
            record_balance(account, answer)
    return answer


def record_balance(account: Account, balance: Balance) -> None:
    """Keep a balance as read just now."""
    account.balance_amount = balance.amount
    account.balance_unit = balance.unit
    account.balance_parts = [list(part) for part in balance.parts]
    account.balance_read_at = timezone.now()
    fields = ["balance_amount", "balance_unit", "balance_parts", "balance_read_at", "updated_at"]
    account.save(update_fields=fields)


def _record_check(account: Account, answer: BalanceAnswer) -> None:
    account.checked_at = timezone.now()
    account.check_passed = isinstance(answer, Balance)
    account.check_words = "" if isinstance(answer, Balance) else answer.words.pack()
    account.save(update_fields=["checked_at", "check_passed", "check_words", "updated_at"])
