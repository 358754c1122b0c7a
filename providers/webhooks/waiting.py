"""What stands in the journals of the door and is not in the database, for staff."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .draining import DAMAGED, REFUSED
from .entries import Damaged, decode
from .journal import SUFFIX

SOON = timedelta(seconds=10)
"""What came later than this is on its way."""
BLOCK = 1024 * 1024
COUNTED_BYTES = 64 * BLOCK
"""Of each file; nobody waits for the exact number of a million."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Pushes of this machine that wait for the database, since when, and files of what it does not take."""

    pushes: int = 0
    since: datetime | None = None
    set_aside: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pushes or self.set_aside)


def waiting() -> Waiting:
    """What has waited for longer than a moment."""
    files = [path for path in sorted(_folder().glob(f"*{SUFFIX}")) if _is_old(_first(path))]
    since = min((first for first in map(_first, files) if first), default=None)
    return Waiting(sum(map(_lines, files)), since, tuple(_set_aside()))


def remove_set_aside(before: datetime) -> int:
    """Delete what was set aside and has not been added to since then. Returns how many files that were."""
    old = [path for path in _set_aside() if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    return Path(settings.PUSH_FOLDER)


def _set_aside() -> list[Path]:
    return sorted([*_folder().glob(f"*{REFUSED}"), *_folder().glob(f"*{DAMAGED}")])


def _is_old(came_at: datetime | None) -> bool:
    return came_at is not None and timezone.now() - came_at > SOON


def _first(path: Path) -> datetime | None:
    """When the first push of a file came; None when there is none (any more)."""
    try:
        with path.open("rb") as file:
            return datetime.fromtimestamp(decode(file.readline().rstrip(b"\n")).received_at, UTC)
    except (OSError, Damaged):
        return None


def _lines(path: Path) -> int:
    found = 0
    try:
        with path.open("rb") as file:
            while file.tell() < COUNTED_BYTES and (block := file.read(BLOCK)):
                found += block.count(b"\n")
    except OSError:
        return found
    return found
