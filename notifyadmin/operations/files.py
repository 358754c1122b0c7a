"""Copying files for their owner alone, and having them on the disk."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from notifyadmin.privatefiles import create, make_private, sync

__all__ = ["below", "copy", "copy_all", "create", "digest", "make_private", "sync", "sync_all"]

BLOCK = 1024 * 1024


def copy(source: Path, target: Path) -> bool:
    """Copy a file; False if it has gone meanwhile."""
    make_private(target.parent)
    try:
        with source.open("rb") as read:
            create(target)
            with target.open("wb") as written:
                shutil.copyfileobj(read, written, BLOCK)
    except FileNotFoundError:
        return False
    return True


def copy_all(source: Path, target: Path, pattern: str = "*") -> int:
    """Copy the files below *source* whose name fits; how many those were. What goes away meanwhile is left out."""
    found = [path for path in sorted(source.rglob(pattern)) if path.is_file() and not path.is_symlink()]
    return sum(copy(path, target / path.relative_to(source)) for path in found)


def below(folder: Path) -> Iterator[Path]:
    """Every file below *folder*, in the order of their names."""
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def digest(path: Path) -> str:
    """SHA-256 of its content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_all(folder: Path) -> None:
    """:func:`sync` for *folder* and everything below it."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)
