"""The journal of one process: what it let out, appended before it leaves.

A line survives the death of the process as soon as it is written, and that of the machine a moment later: a thread
syncs for all that was written meanwhile, so that no request waits for the disk.
"""

import errno
import os
import secrets
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from notifyadmin.privatefiles import make_private, sync

from .folders import SUFFIX, boot
from .lines import ENDED, Head, pack_head

SYNC_SECONDS = 0.1
"""A line is safe from the death of the machine after so long, and the disk is asked no more often."""

SEGMENT_BYTES = 16 * 1024 * 1024
SEGMENT_SECONDS = 24 * 3600
"""From then on a new file is begun, so that old ones can be removed."""


class Journal:
    """The files of this process in *folder*; *key* is that of the machine's folder."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder, self.key = folder, key
        self._lock = threading.Lock()
        self._file: int | None = None
        self._size, self._begun = 0, 0.0
        self._news = threading.Event()
        self._syncer: threading.Thread | None = None
        self._failure: OSError | None = None

    def append(self, lines: bytes) -> bool:
        """Write whole lines; True if a new file was begun for them. Raises OSError, and then none of them is there."""
        with self._lock:
            failure, self._failure = self._failure, None
            if failure is not None:
                # What the disk did not take is lost, and nobody knows since when.
                self._let_go()
                raise failure
            begun = self._file is None or self._is_over(self._file)
            if begun:
                self._begin()
            self._write(lines)
        self._start_syncing()
        self._news.set()
        return begun

    def close(self) -> None:
        """Say that nothing is missing, and let go of the file."""
        with self._lock:
            if self._file is not None:
                try:
                    os.write(self._file, ENDED.encode())
                    os.fdatasync(self._file)
                finally:
                    self._let_go()

    def _is_over(self, file: int) -> bool:
        """Whether nothing more is to be written there; what has lost its name would be lost with its process."""
        is_old = time.monotonic() - self._begun > SEGMENT_SECONDS
        return self._size >= SEGMENT_BYTES or is_old or not os.fstat(file).st_nlink

    def _begin(self) -> None:
        if self._file is not None:
            os.write(self._file, ENDED.encode())
            os.fdatasync(self._file)
            self._let_go()
        make_private(self.folder)
        now = datetime.now(UTC)
        path = self.folder / f"{now:%Y%m%dT%H%M%S}-{os.getpid()}-{secrets.token_hex(6)}{SUFFIX}"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._size, self._begun = 0, time.monotonic()
        self._write(pack_head(Head(self.key, boot(), now)).encode())
        sync(self.folder)

    def _write(self, lines: bytes) -> None:
        """In one go, so that a process that is killed has written all of them or none."""
        file = self._file
        if file is None:
            raise OSError(errno.EBADF, "no file is open")
        try:
            if os.write(file, lines) < len(lines):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self._cut(file)
            raise
        self._size += len(lines)

    def _cut(self, file: int) -> None:
        """After a failed write the half line goes, and the next lines go into another file."""
        try:
            os.ftruncate(file, self._size)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    # The thread that syncs

    def _start_syncing(self) -> None:
        if self._syncer is None or not self._syncer.is_alive():
            self._syncer = threading.Thread(target=self._sync_on, name="departures-sync", daemon=True)
            self._syncer.start()

    def _sync_on(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            self._sync()
            time.sleep(SYNC_SECONDS)

    def _sync(self) -> None:
        with self._lock:
            file = os.dup(self._file) if self._file is not None else None
        if file is None:
            return
        try:
            os.fdatasync(file)
        except OSError as error:
            self._failure = error
        finally:
            os.close(file)
