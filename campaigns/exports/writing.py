"""Writing exports in the background.

An export is written under a lease: whoever was given up notices at the next block. It is written from its beginning
each time, into a file of another name until it is whole, so that a worker that is killed in the middle leaves nothing
behind that anybody could take for the list.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from django.contrib.auth import get_user_model
from django.utils import timezone, translation

from campaigns.models import Export, ExportState
from notifyadmin.jobs import GiveWay, LeasedJob
from notifyadmin.web.errors import Refusal
from notifyadmin.web.exports import Row, Table, csv_pieces
from notifyadmin.web.workbooks import write_xlsx
from providers.contract.words import Words, gettext_noop

from . import keeping
from .listings import XLSX, Asked, listing

NOT_ALLOWED = Words(gettext_noop("You may not see this list any more, so it was not written."))
POISONED = Words(gettext_noop("Writing this was cut off several times in a row, so it is not tried again."))
BROKEN = Words(
    gettext_noop(
        "A fault of this application stopped the writing; it is in the log. Export again with a narrower filter, or "
        "tell who runs the application."
    )
)


JOB = LeasedJob(
    Export,
    "campaigns.write_export",
    open=(ExportState.WAITING, ExportState.WRITING),
    working=ExportState.WRITING,
    idle=ExportState.WAITING,
    poisoned=POISONED,
    broken=BROKEN,
    fault="export %s cannot be written",
)


def write(export_id: int, *, stopping: Callable[[], bool] = lambda: False) -> None:
    """Write an export; nothing when somebody else does. Must not run in a transaction."""
    JOB.run(export_id, partial(_write, stopping=stopping))


def wake_exports() -> None:
    """Wake a worker for every export that nobody writes; being asked twice does no harm."""
    JOB.wake()


def _write(export: Export, stopping: Callable[[], bool]) -> bool:
    part = keeping.part_of(export)
    JOB.renew(export, rows=0)
    try:
        _end(export, part, _written(export, part, stopping))
    except (PermissionError, KeyError) as error:
        raise Refusal(NOT_ALLOWED) from error
    finally:
        part.unlink(missing_ok=True)
    return True


def _written(export: Export, part: Path, stopping: Callable[[], bool]) -> int:
    """The number of rows that are in *part* now, in the language and the zone of who asked."""
    user = get_user_model().objects.get(pk=export.user_id)
    found = listing(export.listing)
    if not (user.is_active and user.has_perm(found.permission)):
        raise PermissionError

    def progress(rows: int) -> None:
        if stopping():
            raise GiveWay
        _renew(export, rows)

    with translation.override(export.language), timezone.override(export.time_zone or None):
        table = found.table(Asked.of(export, user))
        if export.format == XLSX:
            return write_xlsx(table, str(part), progress, keeping.folder())
        return _write_csv(table, part, progress)


def _write_csv(table: Table, part: Path, progress: Callable[[int], None]) -> int:
    rows = 0

    def blocks() -> Iterator[Sequence[Row]]:
        nonlocal rows
        for block in table.blocks:
            yield block
            rows += len(block)
            progress(rows)

    with part.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_pieces(replace(table, blocks=blocks())))
    return rows


def _renew(export: Export, rows: int) -> None:
    JOB.renew(export, rows=rows)


def _end(export: Export, part: Path, rows: int) -> None:
    size = part.stat().st_size
    # With a fresh lease nobody else writes it while the file gets its name.
    _renew(export, rows)
    part.replace(keeping.folder() / export.file)
    JOB.end(export, ExportState.READY, rows=rows, size=size)
