"""The row that says which database this is, and what becomes of it when it was found wanting and released."""

import socket
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Greatest
from django.utils import timezone

from campaigns.models import Chunk, Hold, HoldCause, Installation, SenderFolder
from campaigns.models.installation import THE_ONE
from campaigns.models.statuses import CampaignState

from . import shared
from .fingerprints import Fingerprint, fingerprint
from .folders import Card, epochs

TOKENS_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
"""A lease takes longer than a second: counted on from the seconds since then, none is called like an earlier one."""

CAUSES = (HoldCause.BEHIND, HoldCause.IDENTITY, HoldCause.FOREIGN_REFERENCE, HoldCause.RESTORED)
"""Of a hold whose release says that the database may be sent from as it is."""

ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)


def installation() -> Installation:
    """The row; made if the tables were emptied."""
    found = Installation.objects.filter(pk=THE_ONE).first()
    if found is None:
        Installation.objects.bulk_create([Installation()], ignore_conflicts=True)
        found = Installation.objects.get(pk=THE_ONE)
    return found


def locked() -> Installation:
    """The row under its lock, until the transaction ends."""
    return Installation.objects.select_for_update().get(pk=installation().pk)


def adopt(row: Installation, here: Fingerprint) -> None:
    """Write down in which database the row is, once nothing speaks against it."""
    if (row.fingerprint, row.timeline) != here:
        same = Installation.objects.filter(pk=THE_ONE, fingerprint=row.fingerprint, timeline=row.timeline)
        same.update(fingerprint=here.body, timeline=here.timeline)


def released_at(row: Installation, newest: datetime | None) -> datetime | None:
    """When a person released a hold because of the database, if it was not accepted since. A release stands for what
    had left by then: not one before the *newest* departure, which is in a backup that is older than that."""
    holds = Hold.objects.filter(is_open=False, reasons__cause__in=CAUSES).order_by("-released_at")
    released = holds.values_list("released_at", flat=True).first()
    if released is None or (row.accepted_at and row.accepted_at >= released) or (newest and newest > released):
        return None
    return released


def accept(released: datetime) -> Installation:
    """Take the database as it is, because a person *released* sending: a new epoch begins in it.

    Whatever the records of earlier epochs say is known by then. All leases are lost, and those given from now on are
    called otherwise than any that was given before, also by the database that is lost: so are the references of the
    requests. Safe to repeat.
    """
    now, here = timezone.now(), fingerprint()
    with transaction.atomic():
        row = locked()
        if row.accepted_at and row.accepted_at >= released:
            return row
        row.epoch = max(row.epoch, newest_epoch(row)) + 1
        row.token_base = max(row.token_base + 1, _token_at(now))
        row.fingerprint, row.timeline, row.accepted_at = here.body, here.timeline, max(now, released)
        row.save()
        chunks = Chunk.objects.filter(token__lt=row.token_base).exclude(campaign__state__in=ENDED)
        chunks.update(token=row.token_base)
    return row


def renew_tokens(moment: datetime) -> None:
    """Take all leases away, and let those that come, also of chunks that are still to be made, be numbered as none was
    before *moment* by whatever this database has forgotten.

    References are made of them, and a receipt of a lost request would be taken for that of a newer one.
    """
    token = _token_at(moment)
    installation()
    Installation.objects.filter(pk=THE_ONE).update(token_base=Greatest(F("token_base"), token))
    left = Case(When(lease_until__isnull=False, then=True), default=F("orphaned"))
    Chunk.objects.filter(token__lt=token).update(token=token, orphaned=left, lease_until=None)


def _token_at(moment: datetime) -> int:
    return max(0, int((moment - TOKENS_BEGIN).total_seconds()))


def token_base() -> int:
    """Below every token that a new chunk's leases may have."""
    return installation().token_base


def newest_epoch(row: Installation) -> int:
    """The highest that anything here has written under, 0 if nothing has."""
    return max([0, *epochs(row.identity), *(mark.epoch for mark in shared.read(row.identity))])


def register(card: Card, now: datetime) -> None:
    """Write down that senders use this folder."""
    folder = SenderFolder(key=card.key, machine=machine(), begun_at=card.begun_at, seen_at=now)
    columns = ["machine", "begun_at", "seen_at"]
    SenderFolder.objects.bulk_create([folder], update_conflicts=True, unique_fields=["key"], update_fields=columns)


def machine() -> str:
    """The name of the host, for people."""
    return socket.gethostname()[:100]
