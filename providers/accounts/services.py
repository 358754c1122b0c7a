"""Everything that changes an account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.wake import publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.accounts import pushaddresses
from providers.accounts.pushaddresses import Issued
from providers.calllog import services as calllog
from providers.contract.blocking import BlockingClient
from providers.contract.errors import Balance, BalanceAnswer
from providers.contract.http import HttpClient
from providers.contract.statuses import Concern
from providers.contract.words import Words, gettext_noop
from providers.webhooks.models import PushAddress

from .limits import NEW, Limits
from .models import Account, AccountState

BUSY_CAMPAIGNS = ("pending_approval", "scheduled", "running", "paused", "cancelling")
"""States of campaigns that still need their account."""

ONLY_ADDRESS = _(
    "No other push address of this account stays open, so it was not closed: the provider could tell us nothing any "
    "more. Make a new one, enter it in the provider's console, then close this one."
)


def http_client() -> HttpClient:
    """A client for single requests to providers: the transport of campaigns, so that what passes here passes there."""
    return BlockingClient()


def create_account(
    *,
    provider: str,
    name: str,
    credentials: Mapping[str, Any],
    settings: Mapping[str, Any],
    receipt_wait_hours: int = 72,
    limits: Limits = NEW,
) -> Account:
    """A new account; its connection is tested as soon as a worker gets to it. It has no push address yet."""
    own: dict[str, Any] = {"settings": dict(settings), "receipt_wait_hours": receipt_wait_hours}
    account = Account(provider=provider, name=name, **own, **limits.values())
    account.set_credentials(dict(credentials))
    with transaction.atomic():
        account.save()
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
    """Change an account. Credentials that are not in *credentials* stay as they are, and so do *limits* of None.

    Whatever changes what the provider gets, changed credentials or settings, makes the last test void and the account
    unproven.
    """
    before = account.access()
    account.name = name
    account.settings = dict(settings)
    account.receipt_wait_hours = receipt_wait_hours or account.receipt_wait_hours
    fields = ["name", "settings", "receipt_wait_hours", "updated_at"]
    for column, value in (limits.values() if limits else {}).items():
        setattr(account, column, value)
        fields.append(column)
    account.set_credentials({**account.credentials, **credentials})
    if account.access() != before:
        account.credentials_changed_at = timezone.now()
        account.check_passed, account.check_words, account.checked_at = None, "", None
        fields += ["credentials_encrypted", "credentials_changed_at", "check_passed", "check_words", "checked_at"]
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


def new_push_address(account: Account) -> Issued:
    """A new push address, whose token is shown now or never. The old ones go on working until they are closed."""
    return pushaddresses.issue(account)


def close_push_address(address: PushAddress) -> None:
    """Close a push address. Raises Refusal for the only one that stays open."""
    if not pushaddresses.close(address):
        raise Refusal(ONLY_ADDRESS)


def close_push_address_at(address: PushAddress, moment: datetime | None) -> None:
    """Let a push address close by itself at *moment*, or with None not. Raises Refusal for the only one that stays."""
    if moment is not None and moment <= timezone.now():
        raise Refusal(_("Choose a time that is still to come, or close the address now."))
    if not pushaddresses.close_at(address, moment):
        raise Refusal(ONLY_ADDRESS)


def check_connection(account: Account, http: HttpClient | None = None) -> BalanceAnswer:
    """Ask the provider for the balance, and keep what came of it. Must not run inside a transaction.

    It proves nothing about requests for people: these have other addresses, which something in between may treat
    otherwise, and answers of their own.
    """
    answer = account.gateway.balance(account.access(), http or http_client())
    with transaction.atomic():
        calllog.record(account.pk, "balance", answer)
        _record_check(account, answer)
        if isinstance(answer, Balance):
            record_balance(account, answer)
    return answer


def mark_answered(account_id: int, now: datetime) -> bool:
    """Note that the provider has given a usable answer about people at *now*; whether the account was unproven."""
    return bool(Account.objects.unproven().filter(pk=account_id).update(answered_at=now))


def record_balance(account: Account, balance: Balance) -> None:
    """Keep a balance as read just now."""
    account.balance_amount = balance.amount
    account.balance_unit = balance.unit
    account.balance_parts = [list(part) for part in balance.parts]
    account.balance_read_at = timezone.now()
    fields = ["balance_amount", "balance_unit", "balance_parts", "balance_read_at", "updated_at"]
    account.save(update_fields=fields)


def _record_check(account: Account, answer: BalanceAnswer) -> None:
    """Keep the result, unless the account was changed while the test ran: then it says nothing about the new values."""
    account.checked_at = timezone.now()
    account.check_passed = isinstance(answer, Balance)
    account.check_words = "" if isinstance(answer, Balance) else answer.words.pack()
    same = Account.objects.filter(pk=account.pk, credentials_changed_at=account.credentials_changed_at)
    values = {name: getattr(account, name) for name in ("checked_at", "check_passed", "check_words")}
    same.update(**values, updated_at=account.checked_at)
