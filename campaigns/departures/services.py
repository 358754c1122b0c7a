"""The row that says which database this is, and what becomes of it when it was found wanting and released."""

import secrets
import socket
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from campaigns.hold.services import hold_all
from campaigns.models import Chunk, HoldCause, Installation, SenderFolder
from campaigns.models.installation import THE_ONE
from campaigns.statuses import CampaignState
from providers.contract.words import Words

from . import shared
from .fingerprints import Fingerprint, fingerprint
from .folders import Card, epochs

STRIDE = 100_000
"""More leases than a chunk gets within an epoch, so that no lease of a later one is called like one that was lost."""

ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)


def installation() -> Installation:
    """The row; made if the tables were emptied."""
    found = Installation.objects.filter(pk=THE_ONE).first()
    if found is None:
        Installation.objects.bulk_create([Installation()], ignore_conflicts=True)
        found = Installation.objects.get(pk=THE_ONE)
    return found


def adopt(row: Installation, here: Fingerprint) -> None:
    """Write down in which database the row is, once nothing speaks against it."""
    if (row.fingerprint, row.timeline) != here:
        same = Installation.objects.filter(pk=THE_ONE, fingerprint=row.fingerprint, timeline=row.timeline, tripped="")
        same.update(fingerprint=here.body, timeline=here.timeline)


def trip(cause: HoldCause, words: Words) -> None:
    """Hold all sending, and remember that the database has to be accepted once a person releases it."""
    with transaction.atomic():
        row = Installation.objects.select_for_update().get(pk=installation().pk)
        row.tripped = ",".join(sorted(row.causes | {cause.value}))
        row.save(update_fields=["tripped"])
        hold_all(words, cause)


def accept(now: datetime | None = None) -> Installation:
    """Take the database as it is, because a person said so: a new epoch begins in it.

    Whatever the records of earlier epochs say is known by then. All leases are lost, and those given from now on are
    called otherwise than any that was given before, also by the database that is lost: so are the references of the
    requests. Safe to repeat.
    """
    here = fingerprint()
    with transaction.atomic():
        row = Installation.objects.select_for_update().get(pk=installation().pk)
        row.epoch = max(row.epoch, newest_epoch(row)) + 1
        # By chance too: another accepted copy of the same backup may have reached the same epoch.
        row.token_base = row.epoch * STRIDE + secrets.randbelow(STRIDE // 2)
        row.fingerprint, row.timeline, row.tripped = here.body, here.timeline, ""
        row.accepted_at = now or timezone.now()
        row.save()
        chunks = Chunk.objects.filter(token__lt=row.token_base).exclude(campaign__state__in=ENDED)
        chunks.update(token=row.token_base)
    return row


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
