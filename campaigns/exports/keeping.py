"""Where exports lie until they are fetched or forgotten."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from campaigns.models import Export, ExportState

FORGOTTEN = timedelta(hours=6)
"""What nobody names after this time is left over from a process that was killed."""
BATCH = 500


def folder() -> Path:
    """Where exports lie; made when it is missing. No web server shows it."""
    made: Path = settings.EXPORTS_FOLDER
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def path_of(export: Export) -> Path | None:
    """Where the finished file lies, or None when it is not there."""
    path = folder() / export.file
    return path if export.state == ExportState.READY and path.is_file() else None


def part_of(export: Export) -> Path:
    """Where it is written; whoever claims it has a file of his own, also where a try did not count."""
    return folder() / f"{export.file}.{export.token}.part"


def remove(export: Export) -> None:
    """Delete what there is of its file."""
    for path in folder().glob(f"{export.file}*"):
        path.unlink(missing_ok=True)


def forget_old(now: datetime) -> int:
    """Delete exports that were kept long enough, with their files. Returns how many."""
    limit = now - timedelta(days=settings.EXPORT_KEEP_DAYS)
    old = list(Export.objects.filter(created_at__lt=limit).order_by("pk")[:BATCH])
    for export in old:
        remove(export)
    Export.objects.filter(pk__in=[export.pk for export in old]).delete()
    return len(old)


def remove_forgotten(now: datetime) -> None:
    """Delete files that no export names."""
    for path in _old_files(now):
        if not Export.objects.filter(file=path.name.partition(".")[0]).exists():
            path.unlink(missing_ok=True)


def _old_files(now: datetime) -> Iterator[Path]:
    limit = (now - FORGOTTEN).timestamp()
    for path in folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < limit:
                yield path
