"""Whether this database may be sent from: is it the one that was sent from last, and does it know what left?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from campaigns.models import Campaign, HoldCause, Installation, Submission
from providers.contract.words import Words, gettext_noop

from .fingerprints import Fingerprint, is_same
from .marks import Mark
from .reading import lines_of

ASKED_BACK = timedelta(minutes=1)
"""A backup may lack what was written down a moment before the newest that it knows."""

BEHIND = gettext_noop(
    "This database is older than what was sent from it: requests left until %(last)s that it does not know, "
    "%(requests)s of them are in the records of this machine. It was probably restored from a backup, or the server "
    "lost its last changes. Sending is held, so that nobody is reached twice. Run “manage.py after_restore --taken-at "
    "%(taken)s” with the time of the backup, or this one, then look at the numbers on the page “Sending” and release."
)
OLD_EPOCH = gettext_noop(
    "This database is older than a release of sending that was made in it, or a copy of it was released. Sending is "
    "held, so that nobody is reached twice. If it was restored from a backup, run “manage.py after_restore --taken-at "
    "%(taken)s” with the time of the backup, or this one, then release on the page “Sending”. If another installation "
    "sends from a copy of it, stop one of the two first."
)
ANOTHER = gettext_noop(
    "This database is not the one that was sent from: it was restored, moved or copied. Sending is held, because the "
    "other one may have sent to people who wait here. If it was restored from a backup, run “manage.py after_restore "
    "--taken-at %(taken)s” with the time of the backup, or this one. If this is a copy for tests, leave it held. If it "
    "was moved and nothing was sent since, release on the page “Sending”."
)
ANOTHER_TIMELINE = gettext_noop(
    "The database server goes on from a point of its past, or a replica took its place, and nothing outside the "
    "database says how much was sent after that point. Sending is held, because people who wait here may have been "
    "reached. Run “manage.py after_restore --taken-at %(taken)s” with the time of that point, or this one, then "
    "release on the page “Sending”."
)
REPEATED = gettext_noop(
    "This database gave keys to new requests that were given to others before: it was restored from a backup while "
    "sending went on. Nothing of them left, and sending is held, so that nobody is reached twice. Run “manage.py "
    "after_restore --taken-at %(taken)s” with the time of the backup, or this one, then look at the numbers on the "
    "page “Sending” and release."
)

FOREIGN = gettext_noop(
    "A provider speaks of requests of ours that this database never wrote, “%(reference)s” for one: it is older than "
    "what was sent, or another installation sends from a copy of it. Sending is held, so that nobody is reached twice; "
    "these receipts are kept and matched later. If the database was restored from a backup, run “manage.py "
    "after_restore --taken-at %(taken)s” with the time of the backup, then look at the numbers on the page “Sending” "
    "and release. If another installation sends from a copy, stop one of the two first."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Why the database must not be sent from."""

    cause: HoldCause
    words: Words


def find(
    installation: Installation, here: Fingerprint, marks: Sequence[Mark], others: Sequence[Mark]
) -> Finding | None:
    """None if nothing speaks against sending. *marks* are of this identity, *others* of databases before it."""
    unknown = missing(_telling(installation, marks, others))
    if unknown:
        return behind(installation, unknown)
    if any(mark.epoch > installation.epoch for mark in marks):
        return Finding(HoldCause.BEHIND, Words(OLD_EPOCH, {"taken": _taken()}))
    if installation.fingerprint and not is_same(installation.fingerprint, here.body):
        return Finding(HoldCause.IDENTITY, Words(ANOTHER, {"taken": _taken()}))
    is_moved = installation.timeline and here.timeline and installation.timeline != here.timeline
    if is_moved and not _of_epoch(installation, marks) and Submission.objects.exists():
        return Finding(HoldCause.IDENTITY, Words(ANOTHER_TIMELINE, {"taken": _taken()}))
    return None


def repeated() -> Finding:
    """Keys that were given twice."""
    return Finding(HoldCause.BEHIND, Words(REPEATED, {"taken": _taken()}))


def foreign_reference(reference: str) -> Finding:
    """A provider knows of a request that was never written here."""
    return Finding(HoldCause.FOREIGN_REFERENCE, Words(FOREIGN, {"reference": reference, "taken": _taken()}))


def missing(marks: Collection[Mark]) -> list[Mark]:
    """Those whose request the database does not know. It was committed before it was marked, and nothing removes it."""
    keys = {mark.line.submission_id for mark in marks}
    if not keys:
        return []
    known = dict(Submission.objects.filter(pk__in=keys).values_list("pk", "reference"))
    return [mark for mark in marks if known.get(mark.line.submission_id) != mark.line.reference]


def behind(installation: Installation, unknown: Sequence[Mark]) -> Finding:
    last = max(mark.line.at for mark in unknown)
    newest = Submission.objects.aggregate(newest=Max("pk"))["newest"] or 0
    lost = sum(line.submission_id > newest for line in lines_of(installation.identity, installation.epoch))
    values = {"last": _told(last), "requests": max(lost, len({mark.line.reference for mark in unknown}))}
    return Finding(HoldCause.BEHIND, Words(BEHIND, values | {"taken": _taken()}))


def _telling(installation: Installation, marks: Sequence[Mark], others: Sequence[Mark]) -> list[Mark]:
    """What this database must know. One that no sender has seen before may be older than its identity: then what was
    written under another one counts, if it has a campaign from before."""
    own = _of_epoch(installation, marks)
    if installation.fingerprint or not others:
        return own
    newest = max(others, key=lambda mark: mark.line.at)
    return [*own, newest] if Campaign.objects.filter(created_at__lte=newest.line.at).exists() else own


def _of_epoch(installation: Installation, marks: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if mark.epoch == installation.epoch]


def _taken() -> str:
    """A moment at which the database surely was what it is: a little before the newest that it knows."""
    newest = Submission.objects.aggregate(newest=Max("started_at"))["newest"]
    return _told((newest or timezone.now()) - ASKED_BACK)


def _told(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")
