"""The journal of the door: a push lies in a file, safe on the disk, before it is answered.

Every process that receives writes a file of its own, so nobody waits for anybody else; the database is written
afterwards, and may be slow or away meanwhile. The owner holds a lock on its file as long as it lives: whoever can take
that lock knows that the owner is gone and takes over what it left (see draining).

Pushes that come at once are written together: whoever comes first writes for everybody who waits.
"""

import fcntl
import os
import secrets
import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from notifyadmin.privatefiles import sync

SUFFIX = ".pushes"
SEGMENT_BYTES = 16 * 1024 * 1024
"""From this size on a new file is begun, so that what is stored can be removed although more comes all the time."""


class NotKept(Exception):
    """The push is not on the disk, so it must not be acknowledged."""


class Full(NotKept):
    """As many bytes wait for the database as may."""


@dataclass(slots=True)
class Segment:
    """One file: how many of its bytes are safe on the disk, and how many of them are in the database.

    After ``is_spoilt`` nobody knows what follows those bytes, so nothing more may be written there.
    """

    path: Path
    file: int
    size: int = 0
    drained: int = 0
    is_spoilt: bool = False


@dataclass(slots=True)
class _Waiting:
    line: bytes
    turn: threading.Lock = field(default_factory=threading.Lock)
    is_over: bool = False
    problem: NotKept | None = None


class Journal:
    """The files of this process in *folder*; more than *most_bytes* of what waits are refused."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.folder = folder
        self.most_bytes = most_bytes
        self.news = threading.Event()
        """Set when something was written."""
        self._segments: deque[Segment] = deque()
        self._files = threading.Lock()
        self._queue = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._is_written = False

    def append(self, line: bytes) -> None:
        """Write a line; it is safe on the disk when this returns. Raises NotKept."""
        mine = _Waiting(line)
        mine.turn.acquire()
        with self._queue:
            self._waiting.append(mine)
            is_first, self._is_written = not self._is_written, True
        if not is_first:
            mine.turn.acquire()
        if not mine.is_over:
            self._write_for_all()
        if mine.problem is not None:
            raise mine.problem

    def waiting_bytes(self) -> int:
        """How much is not in the database yet."""
        return sum(segment.size - segment.drained for segment in list(self._segments))

    def undrained(self, most_bytes: int) -> tuple[Segment, bytes] | None:
        """The oldest whole lines that are not in the database, about *most_bytes* of them; None when there are none."""
        for segment in list(self._segments):
            if segment.size > segment.drained:
                return segment, self._read(segment, most_bytes)
        return None

    def drained(self, segment: Segment, size: int) -> None:
        """The next *size* bytes of *segment* are in the database: what is not needed any more goes."""
        segment.drained += size
        with self._files:
            if segment.drained < segment.size:
                return
            if self._segments and segment is self._segments[-1] and not _is_over(segment):
                os.ftruncate(segment.file, 0)
                segment.size = segment.drained = 0
                return
            self._segments.remove(segment)
        segment.path.unlink(missing_ok=True)
        os.close(segment.file)

    def close(self) -> None:
        """Let go of the files: from now on others may take over what is in them."""
        with self._files:
            for segment in self._segments:
                if segment.size == segment.drained:
                    segment.path.unlink(missing_ok=True)
                os.close(segment.file)
            self._segments.clear()

    def _write_for_all(self) -> None:
        with self._queue:
            batch, self._waiting = self._waiting, []
        problem: NotKept | None = NotKept("whoever wrote was stopped")
        try:
            problem = self._written(b"".join(one.line for one in batch))
        finally:
            self._hand_on()
            for one in batch:
                one.problem, one.is_over = problem, True
                # The first of a batch may be the one that writes: nobody else waits for its turn.
                one.turn.release()
            self.news.set()

    def _hand_on(self) -> None:
        """Let the first of those who came meanwhile write next."""
        with self._queue:
            self._is_written = bool(self._waiting)
            if self._waiting:
                self._waiting[0].turn.release()

    def _written(self, lines: bytes) -> NotKept | None:
        """None when *lines* are safe on the disk, else why not."""
        with self._files:
            if self.waiting_bytes() + len(lines) > self.most_bytes:
                return Full()
            try:
                segment = self._current()
            except OSError as error:
                return NotKept(str(error))
            try:
                _write(segment.file, lines)
            except OSError as error:
                self._give_up(segment)
                return NotKept(str(error))
            segment.size += len(lines)
            return None

    def _current(self) -> Segment:
        if not self._segments or _is_over(self._segments[-1]):
            self._segments.append(_begin(self.folder))
        return self._segments[-1]

    def _give_up(self, segment: Segment) -> None:
        """After a failed write nobody knows what a file holds: the half line goes, or the file is written no more."""
        try:
            os.ftruncate(segment.file, segment.size)
        except OSError:
            segment.is_spoilt = True

    def _read(self, segment: Segment, most_bytes: int) -> bytes:
        length = min(most_bytes, segment.size - segment.drained)
        found = os.pread(segment.file, length, segment.drained)
        if len(found) < length:
            raise OSError(f"{segment.path} is shorter than what was written")
        end = found.rfind(b"\n") + 1
        return found[:end] if end else self._read(segment, 2 * most_bytes)


def _is_over(segment: Segment) -> bool:
    """Whether nothing more may be written there; what has lost its name would be gone with its process."""
    return segment.is_spoilt or segment.size >= SEGMENT_BYTES or not os.fstat(segment.file).st_nlink


def lock(file: int) -> bool:
    """Take the lock of a file without waiting; whether it was free."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _begin(folder: Path) -> Segment:
    """A new file, locked before it gets the name by which others look for what was left behind."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{os.getpid()}-{secrets.token_hex(6)}"
    unfinished, path = folder / f"{name}.begun", folder / f"{name}{SUFFIX}"
    file = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
    lock(file)
    unfinished.rename(path)
    sync(folder)
    return Segment(path, file)


def _write(file: int, lines: bytes) -> None:
    left = memoryview(lines)
    while left:
        left = left[os.write(file, left) :]
    os.fdatasync(file)
