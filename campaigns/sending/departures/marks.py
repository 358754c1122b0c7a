"""Marks: the newest requests that were let out, by which a database is known that is older than they are."""

from collections import deque
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from .folders import epochs, files, root
from .lines import Line, unpack_all

TAIL_BYTES = 64 * 1024
"""More than the longest line, so that the last whole one is in it."""

MOST_FILES = 64
"""So many of the newest files are looked at. What a database loses is the end of its history: the newest line of the
newest files is enough to tell."""


class Mark(NamedTuple):
    """The newest line of a writer, in which epoch it was written, and the key of the folder."""

    epoch: int
    line: Line
    folder: str


_read: dict[Path, tuple[int, Line | None]] = {}
"""The newest line by file and its size then."""


def local(identity: UUID, folder: str) -> list[Mark]:
    """The newest line of each of the newest files here. Raises OSError."""
    found: list[Mark] = []
    for epoch in epochs(identity):
        for _, path in files(root() / identity.hex / str(epoch))[:MOST_FILES]:
            line = _last_line(path)
            if line is not None:
                found.append(Mark(epoch, line, folder))
    return found


def of_others(identity: UUID, folder: str) -> list[Mark]:
    """Those of all other identities that wrote here."""
    others = [one.name for one in root().iterdir() if one.is_dir()] if root().is_dir() else []
    return [
        mark for name in others if (other := _identity(name)) and other != identity for mark in local(other, folder)
    ]


def _identity(name: str) -> UUID | None:
    try:
        return UUID(hex=name)
    except ValueError:
        return None


def _last_line(path: Path) -> Line | None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return None
    known = _read.get(path)
    if known is None or known[0] != size:
        if len(_read) > 10 * MOST_FILES:
            _read.clear()
        known = _read[path] = size, _read_last(path, size)
    return known[1]


def _read_last(path: Path, size: int) -> Line | None:
    with path.open("rb") as file:
        start = max(0, size - TAIL_BYTES)
        file.seek(start)
        data = file.read()
    # Cut in the middle, a line may look like a whole one with another key.
    whole = data.partition(b"\n")[2] if start else data
    return next(iter(deque(unpack_all(whole), maxlen=1)), None)
