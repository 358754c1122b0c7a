"""Files and folders that only their owner can read, and that are on the disk when they are said to be."""

import os
from pathlib import Path


def make_private(folder: Path) -> None:
    """Make *folder*, and what is missing above it, for its owner alone."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def create(path: Path) -> None:
    """Make an empty file for its owner alone. Raises FileExistsError."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def write_safely(path: Path, text: str) -> None:
    """Write a file that is on the disk when this returns."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "w") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    place = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(place)
    finally:
        os.close(place)
