"""Where the records lie: a folder per machine, in it one per database identity, in it one per epoch.

Every process that sends writes files of its own there.
"""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from notifyadmin.privatefiles import make_private, sync, write_safely

SUFFIX = ".left"
CARD = "folder.json"
BOOT = Path("/proc/sys/kernel/random/boot_id")


class Place(NamedTuple):
    """Which database, and since which release: records of different places say nothing about each other."""

    identity: UUID
    epoch: int

    @property
    def folder(self) -> Path:
        return root() / self.identity.hex / str(self.epoch)


class Card(NamedTuple):
    """What tells this folder from those of other machines, and since when it is there."""

    key: str
    begun_at: datetime


def root() -> Path:
    return Path(settings.DEPARTURES_FOLDER)


def card() -> Card:
    """The card of this machine's folder, written by whoever comes first. Raises OSError."""
    found = read_card()
    if found is not None:
        return found
    make_private(root())
    fresh = Card(secrets.token_hex(16), datetime.now(UTC))
    unfinished = root() / f"{CARD}.{secrets.token_hex(6)}"
    write_safely(unfinished, json.dumps({"key": fresh.key, "begun_at": fresh.begun_at.isoformat()}))
    try:
        # Unlike a rename it leaves alone what another process was quicker to write.
        os.link(unfinished, root() / CARD)
    except FileExistsError:
        return read_card() or fresh
    finally:
        unfinished.unlink(missing_ok=True)
    sync(root())
    return fresh


def read_card() -> Card | None:
    """None if there is none yet, or none that can be read."""
    try:
        told = json.loads((root() / CARD).read_text())
        return Card(str(told["key"]), datetime.fromisoformat(told["begun_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def boot() -> str:
    """Changes whenever the machine starts: what was written and not synced before may be gone."""
    try:
        return BOOT.read_text().strip()
    except OSError:
        return ""


def files(folder: Path) -> list[tuple[float, Path]]:
    """The records in *folder* with the time of their last change (seconds since 1970), the newest first."""
    found: list[tuple[float, Path]] = []
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIX):
                with contextlib.suppress(FileNotFoundError):
                    found.append((entry.stat().st_mtime, Path(entry.path)))
    return sorted(found, reverse=True)


def epochs(identity: UUID) -> list[int]:
    """The epochs of which there are records here, in their order."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return sorted(int(one.name) for one in (root() / identity.hex).iterdir() if one.name.isdecimal())
    return []


def every_file() -> Iterator[tuple[float, Path]]:
    """All records here, of whatever database, each with the time of its last change."""
    with contextlib.suppress(FileNotFoundError):
        for folder in root().glob("*/*"):
            yield from files(folder)


def prune(now: datetime) -> None:
    """Remove records that are older than they are kept. The newest of each identity stays: it is the tripwire."""
    before = (now - timedelta(days=settings.DEPARTURES_KEEP_DAYS)).timestamp()
    by_identity: dict[Path, list[tuple[float, Path]]] = {}
    for changed, path in every_file():
        by_identity.setdefault(path.parent.parent, []).append((changed, path))
    for found in by_identity.values():
        for changed, path in sorted(found, reverse=True)[1:]:
            if changed < before:
                path.unlink(missing_ok=True)
