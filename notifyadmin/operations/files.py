"""Files that only their owner can read and that are on the disk when they are said to be."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

BLOCK = 1024 * 1024


def make_private(folder: Path) -> None:
    """Make *folder*, and what is missing above it, for its owner alone."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def create(path: Path) -> None:
    """Make an empty file for its owner alone. Raises FileExistsError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


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


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    place = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def sync_all(folder: Path) -> None:
    """:func:`sync` for *folder* and everything below it."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)
