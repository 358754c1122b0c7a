"""A backup while everything runs: the database as it was at one moment, and what belongs to it.

The moment that a backup is of is the one before its first file was read. What happened later may be in it, so that
those who count as "may have been reached since" are never too few.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from . import databases, files

MANIFEST = "manifest.json"
KEYS = "local.env"
SUFFIXES = (".sqlite3", ".dump")
"""What ends so is a file for the database alone; everything else is a folder."""

OF_FILES = ("pushes", "media", "lists")
"""There in every backup, also with nothing in them: whoever restores one need not look."""

SPOOLED = "*.pushes*"
"""Pushes that wait for the database, and those that it did not take."""

NOT_IN_IT = {
    "keys": "SECRET_KEY and CREDENTIAL_KEYS (local.env, or where your services get them from): without them the"
    " stored credentials cannot be read again. Keep them in another place than the backups, or take them along"
    " with --with-keys.",
    "departures": "The records of what left (departures): they tell a restored backup from the database that was lost,"
    " so they stay where they are and must never be put back from a copy.",
    "exports": "Exports: they can be made again.",
    "other machines": "Pushes that wait on other web servers: they store them by themselves when the database is back.",
}
ONLY_DATABASE = "Voice files, lists and waiting pushes: give a folder to have them as well."
WITH_KEYS = "The keys are in this backup: whoever can read it can use your accounts at the providers."


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written: the folder or file, the moment it is of, and the files in it (path within it to bytes)."""

    place: Path
    taken_at: datetime
    contents: dict[str, int]
    not_in_it: Sequence[str]
    warnings: Sequence[str]


def take(to: Path | None = None, *, with_keys: bool = False) -> Backup:
    """Take a backup into a new folder below *to*, or of the database alone into the file *to*.

    It has its name only when it is whole and on the disk. Raises NotCopied, OSError.
    """
    databases.require()
    taken_at = timezone.now().astimezone(UTC).replace(microsecond=0)
    if to is not None and to.suffix in SUFFIXES and not to.is_dir():
        return _into_file(to.absolute(), taken_at)
    return _into_folder((to or settings.VAR / "backups").absolute(), taken_at, with_keys)


def name_of(taken_at: datetime) -> str:
    """The name of the folder, which sorts by time."""
    return f"notifyadmin-{taken_at:%Y%m%dT%H%M%SZ}"


def _into_folder(parent: Path, taken_at: datetime, with_keys: bool) -> Backup:
    place = parent / name_of(taken_at)
    if place.exists():
        raise FileExistsError(f"{place} is there already.")
    unfinished = parent / f".{place.name}.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    files.make_private(unfinished)
    try:
        _fill(unfinished, with_keys)
        left_out = [words for name, words in NOT_IN_IT.items() if not (name == "keys" and with_keys)]
        contents = _write_manifest(unfinished, taken_at, left_out)
        files.sync_all(unfinished)
        unfinished.rename(place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    files.sync(parent)
    return Backup(place, taken_at, contents, left_out, _warnings(place, with_keys))


def _fill(folder: Path, with_keys: bool) -> None:
    """Pushes come first: what leaves their files meanwhile is in the database before that is copied. Files to which the
    database refers come last: what is in it is on the disk by then."""
    for name in OF_FILES:
        files.make_private(folder / name)
    files.copy_all(Path(settings.PUSH_FOLDER), folder / "pushes", SPOOLED)
    databases.copy(folder / databases.name())
    files.copy_all(Path(settings.MEDIA_ROOT), folder / "media")
    files.copy_all(Path(settings.LISTS_FOLDER), folder / "lists")
    if with_keys:
        files.copy(Path(settings.LOCAL_ENV), folder / KEYS)


def _into_file(path: Path, taken_at: datetime) -> Backup:
    if path.suffix != Path(databases.name()).suffix:
        raise databases.NotCopied(f"A copy of this database ends with {Path(databases.name()).suffix}.")
    files.make_private(path.parent)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        databases.copy(unfinished)
        contents = {path.name: unfinished.stat().st_size}
        told = _manifest(taken_at, {path.name: unfinished}, [ONLY_DATABASE, *NOT_IN_IT.values()])
        files.sync(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _write(path.with_name(f"{path.name}.json"), told)
    files.sync(path.parent)
    return Backup(path, taken_at, contents, [ONLY_DATABASE, *NOT_IN_IT.values()], _warnings(path, with_keys=False))


def _write_manifest(folder: Path, taken_at: datetime, left_out: Sequence[str]) -> dict[str, int]:
    found = {str(path.relative_to(folder)): path for path in files.below(folder)}
    _write(folder / MANIFEST, _manifest(taken_at, found, left_out))
    return {name: path.stat().st_size for name, path in found.items()}


def _manifest(taken_at: datetime, found: dict[str, Path], left_out: Sequence[str]) -> str:
    told = {
        "backup of": "NotifyAdmin",
        "taken_at": taken_at.isoformat(),
        "database": databases.version(),
        "files": {name: {"bytes": path.stat().st_size, "sha256": files.digest(path)} for name, path in found.items()},
        "not in it": list(left_out),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    files.create(path)
    path.write_text(text, encoding="utf-8")
    files.sync(path)


def _warnings(place: Path, with_keys: bool) -> list[str]:
    found = [WITH_KEYS] if with_keys else []
    if place.parent.stat().st_dev == Path(settings.VAR).stat().st_dev:
        found.append("It lies on the same disk as the data: copy it to another machine.")
    return found
