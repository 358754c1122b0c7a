"""What the local records say has left this installation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from campaigns.models import Installation, SenderFolder, Submission, SubmissionState
from campaigns.sending.plan import in_order

from . import shared
from .folders import Card, boot, every_file, files, read_card, root
from .lines import ENDED, Line, unpack, unpack_head

MARGIN = timedelta(minutes=2)
"""A line is written after its intent is committed, so what a backup lacks is later than the backup, but by the clock of
the machine that sent it."""


MOST_LINES = 200_000
"""So many are read while somebody waits for a page: about a second."""


@dataclass(frozen=True, slots=True)
class Left:
    """A request that was let out. ``campaign`` is the campaign's reference, ``positions`` ranges ("1-200,205")."""

    reference: str
    campaign: str
    account_id: int
    positions: str
    at: datetime


def covers(moment: datetime, taken_at: datetime) -> bool:
    """Whether everything that left since *moment*, and that a database of *taken_at* does not know, is in the records
    here, as far as this machine can know.

    Not if they do not reach back so far or are not kept for so long, if another machine is known to have sent since
    then, or if this machine died (not only a process) since then: it may have lost the last tenth of a second.
    """
    card = read_card()
    if card is None or (card.begun_at > moment and not _begin_within(card, taken_at)):
        return False
    if moment < timezone.now() - timedelta(days=settings.DEPARTURES_KEEP_DAYS):
        return False
    return not _others_sent(card.key, moment) and not any(_may_be_cut(path) for path in _changed_since(moment))


def left_since(moment: datetime) -> Iterator[Left]:
    """What left since *moment* or a little before, of whatever identity and epoch. In no order, read bit by bit."""
    begin = moment - MARGIN
    for path in _changed_since(begin):
        for line in _lines(path):
            if line.at >= begin:
                yield Left(line.reference, line.reference.partition("-")[0], line.account_id, line.positions, line.at)


@dataclass(slots=True)
class Unknown:
    """What left here and is not in the database: requests, and the people in them."""

    requests: int = 0
    people: int = 0


def unknown_here() -> dict[str, Unknown]:
    """By campaign's reference, what the records here say has left after the newest request that the database knows.

    Empty on a machine that does not send. Reads no more than :data:`MOST_LINES`. One statement.
    """
    row = Installation.objects.first()
    newest = Submission.objects.exclude(state=SubmissionState.LOST).aggregate(newest=Max("pk"))["newest"] or 0
    found: dict[str, Unknown] = {}
    for line in islice(lines_of(row.identity, row.epoch), MOST_LINES) if row else ():
        if line.submission_id > newest:
            one = found.setdefault(line.reference.partition("-")[0], Unknown())
            one.requests, one.people = one.requests + 1, one.people + sum(1 for _ in in_order(line.positions))
    return found


def lines_of(identity: UUID, epoch: int) -> Iterator[Line]:
    """All lines here of one identity and epoch."""
    for _, path in files(root() / identity.hex / str(epoch)):
        yield from _lines(path)


def _begin_within(card: Card, taken_at: datetime) -> bool:
    """Whether the first request that is written here is one that the database knows, or the very next after them: then
    it knows all that left before there was this folder.

    One that it knows tells nothing if the folder is younger than the backup: it left after that was restored.
    """
    row = Installation.objects.first()
    first = min(_first_lines(row.identity, row.epoch), default=None) if row else None
    if first is None:
        return False
    if Submission.objects.filter(pk=first.submission_id, reference=first.reference).exists():
        return card.begun_at <= taken_at
    own = Submission.objects.exclude(state=SubmissionState.LOST)
    return first.submission_id == (own.aggregate(newest=Max("pk"))["newest"] or 0) + 1


def _first_lines(identity: UUID, epoch: int) -> Iterator[Line]:
    for _, path in files(root() / identity.hex / str(epoch)):
        yield from islice(_lines(path), 1)


def _changed_since(moment: datetime) -> list[Path]:
    return [path for changed, path in every_file() if changed >= moment.timestamp()]


def _lines(path: Path) -> Iterator[Line]:
    with path.open(encoding="ascii", errors="replace") as file:
        for text in file:
            line = unpack(text)
            if line is not None:
                yield line


def _others_sent(key: str, moment: datetime) -> bool:
    """Whether a machine with another folder may have sent since *moment*: by the marks that machines share, and by what
    the database knew of when it was backed up."""
    used = moment - timedelta(days=settings.DEPARTURES_KEEP_DAYS)
    if SenderFolder.objects.filter(seen_at__gte=used).exclude(key=key).exists():
        return True
    identity = Installation.objects.values_list("identity", flat=True).first()
    marks = shared.read(identity) if identity else []
    return any(mark.folder != key and mark.line.at >= moment for mark in marks)


def _may_be_cut(path: Path) -> bool:
    """Whether the machine died before the file was closed."""
    with path.open("rb") as file:
        head = unpack_head(file.readline(1000).decode("ascii", errors="replace"))
        file.seek(max(0, path.stat().st_size - len(ENDED)))
        is_whole = file.read() == ENDED.encode()
    return not is_whole and (head is None or head.boot != boot())
