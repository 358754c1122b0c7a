"""Writing exports in the background.

An export is written under a lease, whose end is also the mark of who writes: whoever was given up notices at the next
block. It is written from its beginning each time, into a file of another name until it is whole, so that a worker that
is killed in the middle leaves nothing behind that anybody could take for the list.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from campaigns.models import Export, ExportState
from notifyadmin.db.leases import free, wake
from notifyadmin.web.exports import Row, Table, csv_pieces
from notifyadmin.web.workbooks import write_xlsx
from providers.contract.words import Words, gettext_noop

from . import keeping
from .listings import XLSX, Asked, listing

logger = logging.getLogger(__name__)

TASK = "campaigns.write_export"
LEASE = timedelta(seconds=60)
TRIES = 5
"""An export that takes so many writers down with it is not tried again."""

NOT_ALLOWED = Words(gettext_noop("You may not see this list any more, so it was not written."))
POISONED = Words(gettext_noop("Writing this was cut off several times in a row, so it is not tried again."))
BROKEN = Words(
    gettext_noop(
        "A fault of this application stopped the writing; it is in the log. Export again with a narrower filter, or "
        "tell who runs the application."
    )
)


class GivenUp(Exception):
    """Somebody else writes it by now, or nobody wants it any more."""


class Stopping(Exception):
    """This worker was asked to stop."""


def write(export_id: int, *, stopping: Callable[[], bool] = lambda: False) -> None:
    """Write an export; nothing when somebody else does. Must not run in a transaction."""
    export = _claim(export_id)
    if export is None:
        return
    part = keeping.part_of(export)
    try:
        rows = _written(export, part, stopping)
        _end(export, part, rows)
    except GivenUp:
        return
    except Stopping:
        _hand_back(export)
    except (PermissionError, KeyError):
        _fail(export, NOT_ALLOWED)
    except DatabaseError:
        raise  # it passes, and the sweeper lets somebody try again when the lease has ended
    except Exception:
        logger.exception("export %s cannot be written", export_id)
        _fail(export, BROKEN)
    finally:
        part.unlink(missing_ok=True)


def wake_exports() -> None:
    """Wake a worker for every export that nobody writes; being asked twice does no harm."""
    wake(Export.objects.filter(state__in=[ExportState.WAITING, ExportState.WRITING]), TASK)


def _claim(export_id: int) -> Export | None:
    open_ = Export.objects.filter(
        free(timezone.now()), pk=export_id, state__in=[ExportState.WAITING, ExportState.WRITING]
    )
    with transaction.atomic():
        export = open_.select_for_update().first()
        if export is None:
            return None
        export.tries += 1
        export.state, export.rows = ExportState.WRITING, 0
        export.lease_until = timezone.now() + LEASE
        export.save(update_fields=["tries", "state", "rows", "lease_until"])
    if export.tries > TRIES:
        _fail(export, POISONED)
        return None
    return export


def _written(export: Export, part: Path, stopping: Callable[[], bool]) -> int:
    """The number of rows that are in *part* now, in the language and the zone of who asked."""
    user = get_user_model().objects.get(pk=export.user_id)
    found = listing(export.listing)
    if not (user.is_active and user.has_perm(found.permission)):
        raise PermissionError

    def progress(rows: int) -> None:
        if stopping():
            raise Stopping
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
    lease = timezone.now() + LEASE
    if not _ours(export).update(lease_until=lease, rows=rows):
        raise GivenUp
    export.lease_until = lease


def _end(export: Export, part: Path, rows: int) -> None:
    done = {"state": ExportState.READY, "rows": rows, "size": part.stat().st_size, "lease_until": None}
    # With a fresh lease nobody else writes it while the file gets its name.
    _renew(export, rows)
    part.replace(keeping.folder() / export.file)
    _ours(export).update(**done, finished_at=timezone.now())


def _hand_back(export: Export) -> None:
    # It was not the list's fault, so the try does not count.
    _ours(export).update(state=ExportState.WAITING, lease_until=None, tries=export.tries - 1)


def _fail(export: Export, words: Words) -> None:
    failed = {"state": ExportState.FAILED, "words": words.pack(), "lease_until": None}
    _ours(export).update(**failed, finished_at=timezone.now())


def _ours(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=export.pk, state=ExportState.WRITING, lease_until=export.lease_until)
