"""Lists into where they belong, batch by batch: nobody lost, nobody twice, and every other row with its reason."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from django.db import transaction
from django.db.models import F

from campaigns.models import AudienceProblem, Campaign, Chunk, ListFile, Recipient, RowFate
from campaigns.models.statuses import CampaignState
from notifyadmin.db.dialect import is_postgresql

from .chunks import cut_into_chunks
from .destinations import Audience, NotADraft, destination_of
from .formats import Found, RawRow, rows
from .intake import Counts, Intake
from .job import JOB
from .judging import Judge, Judged, Plan, Problem
from .reading import Row

__all__ = [
    "Counts",
    "ImportResult",
    "NotADraft",
    "Plan",
    "add_audience",
    "clear_audience",
    "cut_into_chunks",
    "read_list",
]

BATCH = 20_000
FIRST_BATCH = 2_000
"""Smaller, so that there is soon something to see."""

MOST_TEXT = 16 * 1024 * 1024
"""Characters after which a batch is full, whatever its rows."""

_PIECE = 500


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many rows became recipients, how many were repeated numbers, and how many were left out otherwise."""

    good: int
    bad: int
    duplicates: int

    @property
    def rows(self) -> int:
        return self.good + self.bad + self.duplicates


def read_list(
    list_file: ListFile,
    path: Path,
    found: Found,
    plan: Plan,
    *,
    going: Callable[[], bool],
    progress: Callable[[Counts], None] = lambda counts: None,
) -> bool:
    """Read the list at *path* on behind its last row, as long as *going*; whether it was read to its end.

    Each batch is one transaction that writes the rows, the problems and the list's counters, if the list's lease still
    is the caller's. *progress* is told what became of each batch. The caller holds the lease and is
    in no transaction. Raises LostLease, UnreadableList, and the Refusal of a destination that may not be changed any
    more, such as NotADraft; what was written before stays.
    """
    destination = destination_of(list_file, plan)
    # Beside a table in a workbook there may be remarks; in text they are a value with a separator in it.
    width = _named_width(found) if plan.header and found.delimiter else 0
    judge = Judge(plan, destination.rules(), width=width)
    intake = Intake(destination, list_file.campaign_id, list_file.pk)
    batches = _batches(path, found, judge, behind=list_file.last_row, header=plan.header)
    with _undisturbed(), closing(_Ahead(batches)) as ahead:
        while batch := ahead.take():
            # A COPY takes and leaves Python's lock so often that a second thread holds it up; its commit only waits.
            if not is_postgresql():
                ahead.make_next()
            with transaction.atomic():
                counts = replace(intake.take(batch.judged), read=batch.read)
                _move(list_file, counts, batch.last_row)
                ahead.make_next()
            progress(counts)
            if not going():
                return False
    return True


def add_audience(campaign: Campaign, rows: Iterable[Row], columns: Sequence[str], home: str = "") -> ImportResult:
    """Add the good *rows* to the draft *campaign* and keep the others, with reasons, in place of the last list's.

    *columns* name the rows' values; *home* is the country of numbers without country code. One bad row never blocks
    a good one. Raises NotADraft.
    """
    listed = list(rows)
    plan = Plan(False, 0, tuple(enumerate(columns, 1)), home)
    destination = Audience(campaign, plan)
    judge = Judge(plan, destination.rules())
    judged = judge.judge((row.row, (row.number, *row.values)) for row in listed if row.problem is None)
    judged.problems += [
        Problem(row.row, row.number, RowFate.BAD.value, row.problem, row.cells) for row in listed if row.problem
    ]
    cells = {row.row: row.cells for row in listed}
    intake = Intake(destination, campaign.pk, None, lambda problem: cells[problem.row])
    with transaction.atomic():
        destination.lock()
        earlier = AudienceProblem.objects.filter(campaign=campaign, list_file=None)
        earlier._raw_delete(earlier.db)
        counts = intake.take(judged)
    campaign.total, campaign.columns = destination.campaign.total, destination.campaign.columns
    return ImportResult(counts.good, counts.bad + counts.suppressed, counts.duplicates + counts.known)


def clear_audience(campaign: Campaign) -> None:
    """Take everybody out of the draft *campaign* again. Raises NotADraft."""
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
        if locked.state != CampaignState.DRAFT:
            raise NotADraft
        # Straight deletes: nobody in a draft has receipts or submissions, and the database would refuse if so.
        for model in (Recipient, Chunk, AudienceProblem):
            rows = model.objects.filter(campaign=locked)
            rows._raw_delete(rows.db)
        locked.total, locked.columns = 0, []
        locked.save(update_fields=["columns", "total", "updated_at"])
    campaign.total, campaign.columns = 0, []


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector of cycles: rows make none, and it would look through all of them again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Batch:
    judged: Judged
    last_row: int
    read: int


def _batches(path: Path, found: Found, judge: Judge, *, behind: int, header: bool) -> Iterator[_Batch]:
    """The rows after the header and *behind* that row, judged, in batches."""
    read = 0

    def at(position: int) -> None:
        nonlocal read
        read = position

    source = rows(path, found, at=at)
    if header:
        next(source, None)
    if behind:
        source = (row for row in source if row[0] > behind)
    size = FIRST_BATCH
    while batch := _some(source, size):
        yield _Batch(judge.judge(batch), batch[-1][0], read)
        size = BATCH


def _some(source: Iterator[RawRow], size: int) -> list[RawRow]:
    """Up to *size* rows; fewer where they are full of text, since a batch is held in memory."""
    batch: list[RawRow] = []
    room = MOST_TEXT
    while room > 0 and (piece := list(islice(source, min(_PIECE, size - len(batch))))):
        batch += piece
        room -= sum(map(len, chain.from_iterable(cells for _, cells in piece)))
    return batch


class _Ahead:
    """Batches, each made in a thread while the one before it is written or committed: the database leaves us time."""

    def __init__(self, batches: Iterator[_Batch]) -> None:
        self._maker = ThreadPoolExecutor(1, "list")
        self._batches = batches
        self._next: Future[_Batch | None] | None = None
        self.make_next()

    def make_next(self) -> None:
        """Begin with the next batch, if it is not begun yet."""
        if self._next is None:
            self._next = self._maker.submit(next, self._batches, None)

    def take(self) -> _Batch | None:
        """The next batch, as soon as it is there; None after the last."""
        self.make_next()
        assert self._next is not None  # noqa: S101 - begun above
        batch, self._next = self._next.result(), None
        return batch

    def close(self) -> None:
        self._maker.shutdown()


def _move(list_file: ListFile, counts: Counts, last_row: int) -> None:
    """The list's counters, by whoever holds its lease. Raises LostLease."""
    JOB.renew(
        list_file,
        read=counts.read,
        last_row=last_row,
        rows=F("rows") + counts.rows,
        good=F("good") + counts.good,
        bad=F("bad") + counts.bad,
        duplicates=F("duplicates") + counts.duplicates,
        known=F("known") + counts.known,
        suppressed=F("suppressed") + counts.suppressed,
    )


def _named_width(found: Found) -> int:
    return max((place for place, title in enumerate(found.titles, 1) if title.strip()), default=0)
