"""Push addresses of accounts: making, rotating, finding."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from providers import secrets
from providers.accounts.models import Account

from .models import PushAddress


@dataclass(frozen=True)
class DoorAddress:
    """One address to copy into the provider's console. ``label`` and ``help`` are catalog keys."""

    door: str
    label: str
    help: str
    url: str


def issue(account: Account) -> PushAddress:
    """A new address beside those that exist; all that are not retired stay open."""
    token = secrets.new_push_token()
    return PushAddress.objects.create(
        account=account,
        token_hash=secrets.hash_push_token(token),
        token_encrypted=secrets.encrypt({"token": token}),
    )


def retire_older(account: Account) -> int:
    """Close every address but the newest. Returns how many."""
    with transaction.atomic():
        newest = account.push_addresses.order_by("-created_at", "-id").first()
        older: Any = account.push_addresses.filter(retired_at__isnull=True)
        return int(older.exclude(pk=newest.pk if newest else None).update(retired_at=timezone.now()))


def doors_of(account: Account) -> list[DoorAddress]:
    """The account's current addresses, one per door that its gateway declares."""
    address = account.push_addresses.filter(retired_at__isnull=True).order_by("-created_at", "-id").first()
    if address is None:
        return []
    return [
        DoorAddress(door.name, door.label, door.help, _url(address.token, door.name)) for door in account.gateway.doors
    ]


def find(token: str) -> tuple[int, str] | None:
    """The account's id and its provider, or None. Plain SQL: a burst of receipts asks this some thousand times.

    Looked up by digest, so that the time it takes tells nothing about the token.
    """
    sql = """SELECT a.id, a.provider FROM providers_pushaddress p JOIN providers_account a ON a.id = p.account_id
        WHERE p.token_hash = %s AND p.retired_at IS NULL"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [secrets.hash_push_token(token)])
        row = cursor.fetchone()
    return (int(row[0]), str(row[1])) if row else None


def _url(token: str, door: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('push', args=[token, door])}"
