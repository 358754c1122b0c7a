"""Reading an account's whole list of voice files, for staff to choose from. Never inside a transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from providers.accounts.models import Account
from providers.accounts.services import http_client
from providers.contract.files import FileThere
from providers.contract.http import HttpClient

from .listing import Reading
from .models import FetchedFile, FileList

LEASE = timedelta(minutes=3)


def fetch(account_id: int, http: HttpClient | None = None) -> None:
    """Read the list that was asked for; nothing when another worker does. What it has no more goes at the end."""
    began = timezone.now()
    lease = began + LEASE
    due = FileList.objects.filter(account_id=account_id, next_attempt_at__lte=began)
    if not due.update(next_attempt_at=lease, page=0, pages=0):
        return
    reading = Reading(Account.objects.get(pk=account_id), http or http_client())
    for page in reading.pages():
        renewed = timezone.now() + LEASE
        read = {"page": reading.page, "pages": max(reading.last, reading.page), "next_attempt_at": renewed}
        with transaction.atomic():
            if not _held(account_id, lease).update(**read):
                return
            _keep(account_id, page.files, began)
        lease = renewed
    _end(account_id, lease, reading, began)


def _held(account_id: int, lease: datetime) -> Any:
    return FileList.objects.filter(account_id=account_id, next_attempt_at=lease)


def _keep(account_id: int, files: Iterable[FileThere], began: datetime) -> None:
    entries = {
        file.file_id: FetchedFile(account_id=account_id, file_id=file.file_id, name=file.name[:255], fetched_at=began)
        for file in files
        if file.file_id
    }
    FetchedFile.objects.bulk_create(
        entries.values(),
        update_conflicts=True,
        unique_fields=["account", "file_id"],
        update_fields=["name", "fetched_at"],
    )


def _end(account_id: int, lease: datetime, reading: Reading, began: datetime) -> None:
    words = reading.problem.pack() if reading.problem else ""
    with transaction.atomic():
        if not _held(account_id, lease).update(next_attempt_at=None, words=words, raw=reading.raw):
            return
        if reading.problem is None:
            FileList.objects.filter(account_id=account_id).update(fetched_at=began)
            FetchedFile.objects.filter(account_id=account_id, fetched_at__lt=began).delete()
