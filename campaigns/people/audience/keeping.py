"""Lists on disk: random names in a folder that no web server serves, readable by our own user alone.

They hold people's numbers, so they are deleted some days after they were read.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from django.conf import settings
from django.utils import timezone

from campaigns.models import ListFile, ListState

FORGOTTEN = timedelta(hours=6)
"""What nobody names after this time is left over from a process that was killed in the middle of an upload."""
LONGEST_SUFFIX = 8
BATCH = 500


@dataclass(slots=True)
class Kept:
    """A list that is being written: its digest and its size grow with it."""

    name: str
    stored: str
    size: int = 0
    _hash: Any = field(default_factory=sha256)
    _descriptor: int | None = None

    @classmethod
    def begin(cls, name: str) -> "Kept":
        """A new and empty file for the list that people call *name*."""
        kept = cls(name, f"{token_hex(16)}{_suffix(name)}")
        path = folder() / kept.stored
        kept._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return kept

    @property
    def digest(self) -> str:
        """SHA-256 of what was written so far."""
        return str(self._hash.hexdigest())

    def write(self, data: bytes) -> None:
        if self._descriptor is None:
            raise ValueError("the list is closed already")
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._hash.update(data)
        self.size += len(data)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def discard(self) -> None:
        """Close and delete it."""
        self.close()
        remove(self.stored)


def folder() -> Path:
    """Where lists lie; made when it is missing."""
    made: Path = settings.LISTS_FOLDER
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def path_of(list_file: ListFile) -> Path | None:
    """Where the list lies, or None when it is not there any more."""
    path = folder() / list_file.stored
    return path if list_file.stored and path.is_file() else None


def remove(stored: str) -> None:
    """Delete the file *stored*, if it is there."""
    if stored:
        (folder() / stored).unlink(missing_ok=True)


def remove_all(stored: Iterable[str]) -> None:
    for name in stored:
        remove(name)


def forget_old(now: datetime) -> int:
    """Delete the files of lists that were read, or given up, long ago, and the sample rows; returns of how many."""
    limit = now - timedelta(days=settings.LIST_KEEP_DAYS)
    old = ListFile.objects.exclude(stored="").exclude(state=ListState.READING).filter(created_at__lt=limit)
    lists = list(old.exclude(finished_at__gte=limit).order_by("pk")[:BATCH])
    for list_file in lists:
        remove(list_file.stored)
        list_file.stored = ""
        list_file.found = {key: value for key, value in list_file.found.items() if key not in ("sample", "samples")}
    ListFile.objects.bulk_update(lists, ["stored", "found"])
    return len(lists)


def remove_forgotten() -> int:
    """Delete what no list names and is not just being uploaded; returns how many files."""
    limit = (timezone.now() - FORGOTTEN).timestamp()
    with suppress(FileNotFoundError):
        old = [entry.name for entry in os.scandir(folder()) if entry.is_file() and entry.stat().st_mtime < limit]
        named = set(ListFile.objects.exclude(stored="").values_list("stored", flat=True))
        forgotten = [name for name in old if name not in named]
        remove_all(forgotten)
        return len(forgotten)
    return 0


def _suffix(name: str) -> str:
    """The ending of *name*, where it is a plain one: some readers go by it."""
    suffix = os.path.splitext(name)[1].lower()
    plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= LONGEST_SUFFIX
    return suffix if plain else ""
