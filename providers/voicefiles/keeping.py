"""Our own copies of recordings on disk: random names in a folder that no web server serves."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from io import UnsupportedOperation
from mmap import ACCESS_READ, mmap
from secrets import token_hex
from typing import Any

from django.core.files.base import File
from django.core.files.storage import Storage, default_storage
from django.utils import timezone

from .audio import Content
from .models import VoiceFile

FOLDER = "voice"
FORGOTTEN = timedelta(hours=6)
"""What nobody names after this time is left over from a process that was killed in the middle of an upload."""


def storage() -> Storage:
    return default_storage


def exists(voice_file: VoiceFile) -> bool:
    """Whether we have bytes of it. A row may say so while somebody took the file away."""
    name = voice_file.file.name
    return storage().exists(name) if name else False


@contextmanager
def content_of(upload: "File[Any]") -> Iterator[Content]:
    """The bytes of an upload, not read into memory where it lies on disk."""
    upload.seek(0)
    try:
        mapped = mmap(upload.fileno(), 0, access=ACCESS_READ)
    except (UnsupportedOperation, AttributeError, ValueError):  # in memory, or empty
        yield upload.read()
        return
    with mapped:
        yield mapped


@contextmanager
def written(upload: "File[Any]", format_: str) -> Iterator[str]:
    """Keep the bytes and give their name; if the block fails, they are gone again."""
    name = f"{FOLDER}/{token_hex(16)}.{format_}"
    try:
        upload.seek(0)
        yield storage().save(name, upload)
    except BaseException:
        remove(name)
        raise


def remove(name: str) -> None:
    """Delete what is kept under *name*, if it is there."""
    storage().delete(name)


def remove_forgotten() -> int:
    """Delete what no row names and is not just being uploaded; returns how many files."""
    with suppress(FileNotFoundError):
        there = [f"{FOLDER}/{name}" for name in storage().listdir(FOLDER)[1]]
        old = [name for name in there if storage().get_modified_time(name) < timezone.now() - FORGOTTEN]
        named = set(VoiceFile.objects.exclude(file="").values_list("file", flat=True))
        forgotten = [name for name in old if name not in named]
        for name in forgotten:
            remove(name)
        return len(forgotten)
    return 0
