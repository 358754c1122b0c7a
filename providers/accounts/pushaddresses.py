"""Push addresses of accounts: making, finding, closing. A token is known only to whoever made it, when it was made."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from providers import secrets
from providers.accounts.models import Account
from providers.contract.gateway import Gateway
from providers.webhooks.models import PushAddress, PushAddresses
from providers.webhooks.receiving import book


@dataclass(frozen=True)
class DoorAddress:
    """One address to copy into the provider's console. ``label`` and ``help`` are catalog keys."""

    door: str
    label: str
    help: str
    url: str


@dataclass(frozen=True)
class Issued:
    """A new address and its token, which is kept nowhere."""

    address: PushAddress
    token: str

    @property
    def doors(self) -> list[DoorAddress]:
        """One address per door that the account's gateway declares."""
        return _doors(self.address.account.gateway, self.token)


def issue(account: Account) -> Issued:
    """A new address beside those that exist; all that are not closed stay open."""
    token = secrets.new_push_token()
    address = PushAddress.objects.create(account=account, token_hash=secrets.hash_push_token(token))
    return Issued(address, token)


def open_of(account: Account) -> PushAddresses:
    """The account's open addresses, newest first."""
    return PushAddress.objects.filter(account=account).open()


def close(address: PushAddress) -> bool:
    """Close *address* now; False when it is the only one that stays open, or is closed already."""
    return _change(address, retired_at=timezone.now())


def close_at(address: PushAddress, moment: datetime | None) -> bool:
    """Let *address* close by itself, or with None stay open; False when it is the only one that stays open."""
    return _change(address, closes_at=moment)


def told_again(account: Account, url: str) -> dict[str, str] | None:
    """Door to address, made of one that somebody was told before; None when it does not lead to *account* any more."""
    parts = urlsplit(url).path.split("/")
    if len(parts) != 4 or parts[1] != "push":
        return None
    token = parts[2]
    if not open_of(account).filter(token_hash=secrets.hash_push_token(token)).exists():
        return None
    return {door.door: door.url for door in _doors(account.gateway, token)}


def _change(address: PushAddress, **values: datetime | None) -> bool:
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=address.account_id)
        others = PushAddress.objects.filter(account=address.account_id, retired_at=None, closes_at=None)
        if any(values.values()) and not others.exclude(pk=address.pk).exists():
            return False
        changed = PushAddress.objects.filter(pk=address.pk).open().update(**values)
        transaction.on_commit(book().doubt)
    return bool(changed)


def _doors(gateway: Gateway, token: str) -> list[DoorAddress]:
    return [DoorAddress(door.name, door.label, door.help, _url(token, door.name)) for door in gateway.doors]


def _url(token: str, door: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('push', args=[token, door])}"
