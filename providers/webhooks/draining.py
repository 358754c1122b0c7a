"""From the journal of the door into the database: what this process received, and what others left behind.

May be stopped at any point and done again: every push has a key of its own, so one that is in the database already is
left out. Lines leave a file only after their transaction was committed.
"""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DataError, Error, IntegrityError, connection, transaction

from . import journal as journals
from . import uses
from .entries import Damaged, Entry, decode, encode
from .journal import Journal
from .models import PushState
from .wake import wake_receipts

logger = logging.getLogger(__name__)

AT_ONCE_BYTES = 1024 * 1024
ROWS = 500
PAUSE_SECONDS = 0.05
"""Between two turns: so many pushes come together in one transaction."""
RETRY_SECONDS = 1.0
"""After the database did not take them."""
LOOK_SECONDS = 3.0
"""How often a process that receives looks for what others left behind."""
REFUSED, DAMAGED = ".refused", ".damaged"
"""What the database does not take (its account is gone), and lines that are not what was written: kept for people."""


def drain(journal: Journal) -> int:
    """Store what *journal* holds. Returns how many pushes that were. Raises django.db.Error while it is away."""
    stored = 0
    while found := journal.undrained(AT_ONCE_BYTES):
        segment, lines = found
        stored += _store_lines(lines, segment.path)
        journal.drained(segment, len(lines))
    return stored


def take_over(folder: Path) -> int:
    """Store what processes that are gone left in *folder*; how many pushes that were. Raises django.db.Error."""
    return sum(_take_over(path) for path in sorted(folder.glob(f"*{journals.SUFFIX}")))


def take_over_left_behind() -> int:
    """:func:`take_over` of the folder of this installation."""
    return take_over(Path(settings.PUSH_FOLDER))


def _take_over(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return 0
    try:
        # Without links it was taken over by somebody else in the moment between.
        if not journals.lock(file) or not os.fstat(file).st_nlink:
            return 0
        stored = _store_file(file, path)
        path.unlink(missing_ok=True)
        return stored
    finally:
        os.close(file)


def _store_file(file: int, path: Path) -> int:
    """What follows the last end of a line was being written when its process died: nobody was told it is kept."""
    stored, rest = 0, b""
    with open(file, "rb", closefd=False) as lines:
        while block := lines.read(AT_ONCE_BYTES):
            whole, end, rest = (rest + block).rpartition(b"\n")
            stored += _store_lines(whole + end, path)
    return stored


def _store_lines(lines: bytes, path: Path) -> int:
    entries: list[Entry] = []
    for line in lines.splitlines():
        try:
            entries.append(decode(line))
        except Damaged:
            logger.error("A line of %s is damaged; it is kept in a file beside it.", path)
            _set_aside(path.with_name(path.name + DAMAGED), line)
    for start in range(0, len(entries), ROWS):
        _store(entries[start : start + ROWS], path)
    if entries:
        wake_receipts()
    return len(entries)


def _store(entries: Sequence[Entry], path: Path) -> None:
    try:
        _insert(entries)
    except (IntegrityError, DataError, ValueError) as error:
        if len(entries) == 1:
            logger.error("The database refuses a push: %s. It is kept in a file beside %s.", error, path)
            _set_aside(path.with_name(path.name + REFUSED), encode(entries[0]).rstrip(b"\n"))
            return
        for entry in entries:
            _store([entry], path)


def _insert(entries: Sequence[Entry]) -> None:
    """Plain SQL: this process receives at the same time, and objects would cost more than receiving does."""
    columns = "key, account_id, door, content_type, body, truncated, received_at, state, problem"
    places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, %s)"] * len(entries))
    statement = f"INSERT INTO providers_inboundpush ({columns}) VALUES {places} ON CONFLICT (key) DO NOTHING"  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [value for entry in entries for value in _values(entry)])
        uses.note(entries)


def _values(entry: Entry) -> tuple[Any, ...]:
    received_at = connection.ops.adapt_datetimefield_value(datetime.fromtimestamp(entry.received_at, UTC))
    of = (entry.key, entry.account_id, entry.door, entry.content_type, entry.body, entry.truncated)
    return *of, received_at, PushState.NEW.value, ""


def _set_aside(path: Path, line: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, line + b"\n")
        os.fsync(file)
    finally:
        os.close(file)


class Drainer(threading.Thread):
    """Empties the journal of this process as long as it lives, and what others left in its folder."""

    def __init__(self, journal: Journal) -> None:
        super().__init__(name="door-drainer", daemon=True)
        self.journal = journal
        self._look_at = 0.0

    def run(self) -> None:
        while True:
            is_quiet = not self.journal.news.wait(LOOK_SECONDS)
            self.journal.news.clear()
            try:
                self._turn()
            except (Error, OSError) as error:
                logger.warning("Pushes wait in the journal, because the database does not take them: %s", error)
                self._try_again()
            except Exception:
                # Whatever it is, this thread is the only one that empties the journal.
                logger.exception("The journal of the door was not emptied")
                self._try_again()
            finally:
                if is_quiet:
                    _disconnect()
            time.sleep(PAUSE_SECONDS)

    def _try_again(self) -> None:
        self.journal.news.set()
        time.sleep(RETRY_SECONDS)

    def _turn(self) -> None:
        try:
            drain(self.journal)
            if time.monotonic() >= self._look_at:
                self._look_at = time.monotonic() + LOOK_SECONDS
                take_over(self.journal.folder)
        except Error:
            _disconnect()
            raise


def _disconnect() -> None:
    """A process that receives nothing keeps no connection; after an error the old one is good for nothing."""
    with contextlib.suppress(Error):
        connection.close()
