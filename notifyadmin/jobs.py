"""Background jobs under a lease: claim a row, renew, be fenced off by its token, give way, give up, and tell.

What is committed stays, and whoever takes over from a worker that was killed goes on behind it. Wake-ups may be lost
or doubled; the sweeper finds what nobody works on.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from notifyadmin.db.leases import LeasedRow, free
from notifyadmin.wake import publish, publish_on_commit
from notifyadmin.web.errors import Refusal

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=LeasedRow)

LEASE = timedelta(seconds=60)
SLICE_SECONDS = 10.0
"""A worker gives way to others after this time, and wakes itself again."""

TRIES = 5
"""What takes so many workers down with it is not tried again by itself."""

FAILED = "failed"

WOKEN = 100
"""Rows for which a worker is woken at once; the sweeper comes again soon."""

WAKE_SECONDS = 10.0
"""A wake-up that nobody has taken by then was published again."""


class LostLease(Exception):
    """Somebody else works on the row by now, or it was stopped or thrown away. Nothing of this step was written."""


class GiveWay(Exception):
    """This worker was asked to stop in the middle of a step; what it wrote of it does not count."""


class Packable(Protocol):
    """A sentence for people that fits into a text column."""

    def pack(self) -> str: ...


@dataclass(slots=True)
class Slice:
    """Whether to go on, asked after each batch. Time counts from the first batch: whoever has to go through again what
    was done before must get further with every slice.
    """

    seconds: float
    stopping: Callable[[], bool]
    end: float | None = None

    def __call__(self) -> bool:
        if self.end is None:
            self.end = monotonic() + self.seconds
        return not self.stopping() and monotonic() < self.end


@dataclass(frozen=True, slots=True)
class LeasedJob(Generic[Row]):
    """One kind of job: rows of *model*, which has ``state``, ``words`` and ``finished_at`` besides its lease.

    *task* takes the key of a row. A row in one of the states *open* may be taken, and is *working* meanwhile; in state
    *idle* it waits after somebody gave way. *poisoned* and *broken* tell people why it failed: it took every worker
    down, or met a fault of ours, which is logged as *fault*, a text with one ``%s`` for the key.
    """

    model: type[Row]
    task: str
    open: tuple[str, ...]
    working: str
    idle: str
    poisoned: Packable
    broken: Packable
    fault: str

    def run(self, pk: int, work: Callable[[Row], bool]) -> None:
        """Take the row and *work* on it; nothing when nobody may or somebody else does. Must not run in a transaction.

        *work* returns whether the row is over, which it has told by :meth:`end`; otherwise the worker gives way. It may
        raise LostLease, GiveWay, and a Refusal with words for what makes the row fail.
        """
        row = self.claim(pk)
        if row is None:
            return
        try:
            if not work(row):
                self.give_way(row)
        except LostLease:
            return
        except GiveWay:
            self.give_way(row)
        except Refusal as refusal:
            self.fail(row, refusal.words)
        except DatabaseError:
            raise  # it passes, and the sweeper lets somebody try again when the lease has ended
        except Exception:
            logger.exception(self.fault, pk)
            self.fail(row, self.broken)

    def wake(self) -> None:
        """Wake a worker for every row that is open and nobody works on; being asked twice does no harm."""
        waiting = self._rows().filter(free(timezone.now()), state__in=self.open)
        for pk in waiting.values_list("pk", flat=True)[:WOKEN]:
            publish(self.task, pk, expires=WAKE_SECONDS)

    def claim(self, pk: int) -> Row | None:
        """The row under a lease and a token of our own; None when it is not to be had, or was tried often enough."""
        now = timezone.now()
        leased = {"state": self.working, "token": F("token") + 1, "lease_until": now + LEASE}
        with transaction.atomic():
            claimable = self._rows().filter(free(now), pk=pk, state__in=self.open)
            if not claimable.update(**leased, tries=F("tries") + 1):
                return None
            row = self._rows().get(pk=pk)
        if row.tries > TRIES:
            self.fail(row, self.poisoned)
            return None
        return row

    def ours(self, row: Row) -> QuerySet[Row]:
        """The row as long as our lease holds; no row otherwise."""
        return self._rows().filter(pk=row.pk, state=self.working, token=row.token)

    def renew(self, row: Row, **values: Any) -> None:
        """Hold the row for another while, and store *values*. Raises LostLease."""
        if not self.ours(row).update(lease_until=timezone.now() + LEASE, **values):
            raise LostLease

    def give_way(self, row: Row) -> None:
        """Leave the row to others: it was not its fault, so the try does not count."""
        with transaction.atomic():
            if self.ours(row).update(state=self.idle, lease_until=None, tries=F("tries") - 1):
                publish_on_commit(self.task, row.pk)

    def end(self, row: Row, state: str, **values: Any) -> bool:
        """Tell that the row is over. False, and nothing is told, when the lease was lost."""
        over = {"state": state, "lease_until": None, "finished_at": timezone.now()}
        return bool(self.ours(row).update(**over, **values))

    def fail(self, row: Row, words: Packable) -> None:
        """Give the row up, and say why."""
        self.end(row, FAILED, words=words.pack())

    def _rows(self) -> QuerySet[Row]:
        return self.model._default_manager.all()
