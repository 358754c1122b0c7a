"""A copy of the database as it was at one moment, while everything runs."""

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import conninfo, pq

from notifyadmin.db.dialect import is_postgresql

from . import files

SQLITE, DUMP = "database.sqlite3", "database.dump"
BACKUP = "backup"
_INSTALLATION = "campaigns_installation"


class NotCopied(Exception):
    """There is no backup of the database; the message says why and what to do."""


def name() -> str:
    """What the copy is called in a backup."""
    return DUMP if is_postgresql() else SQLITE


def require() -> None:
    """Raises NotCopied where the database could not be copied from here, before anything is begun."""
    if is_postgresql():
        _require_pg_dump()


def copy(target: Path) -> None:
    """Write the copy to *target*, checked. Raises NotCopied."""
    if is_postgresql():
        _dump(target)
    else:
        _copy_file(str(connection.settings_dict["NAME"]), target)


def version() -> str:
    """What the copy was made from, for people."""
    if is_postgresql():
        return f"PostgreSQL {_major(connection.pg_version)}"  # type: ignore[attr-defined]
    return f"SQLite {sqlite3.sqlite_version}"


# SQLite


def _copy_file(source: str, target: Path) -> None:
    """In one step, so that it is of one moment; whoever writes meanwhile does not wait (the log takes it)."""
    files.create(target)
    with closing(sqlite3.connect(source, timeout=30)) as read, closing(sqlite3.connect(target)) as written:
        written.execute("PRAGMA synchronous = OFF")
        read.backup(written)
        # One file instead of three; the next start moves it to the write-ahead log again.
        written.execute("PRAGMA journal_mode = DELETE")
        _mark(written)
        found = written.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise NotCopied(f"The copy of the database is damaged ({found}). Look after the disk of {source} at once.")


def _mark(copy: sqlite3.Connection) -> None:
    """Have the copy say of itself that it is one, so that sending is held wherever it is put in place.

    Its file alone would not tell: that of a lost database may have had the same number on the disk.
    """
    known = copy.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [_INSTALLATION]).fetchone()
    if known:
        copy.execute(f"UPDATE {_INSTALLATION} SET fingerprint = ?", [BACKUP])  # noqa: S608
        copy.commit()


# PostgreSQL


def _dump(target: Path) -> None:
    files.create(target)
    _run([*_command(target)])
    # Reads all of its table of contents.
    _run(["pg_restore", "--list", str(target)])


def _command(target: Path | str) -> Sequence[str]:
    return ("pg_dump", "-Fc", "--no-password", f"--file={target}", f"--dbname={_where()}")


def _where() -> str:
    """The address without the password, as all programs of PostgreSQL take it."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    values = {name: value for name, value in connection.get_connection_params().items() if name in known}
    return conninfo.make_conninfo(**{name: value for name, value in values.items() if name != "password"})


def _run(command: Sequence[str]) -> None:
    environment = {**os.environ, **({"PGPASSWORD": password} if (password := _password()) else {})}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotCopied(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")


def _password() -> str:
    return str(connection.settings_dict["PASSWORD"] or "")


def _require_pg_dump() -> None:
    connection.ensure_connection()
    wrapper: Any = connection
    if wrapper.is_handed_on:
        raise NotCopied(
            "DATABASE_URL leads to a pooler, and a dump through it would leave its settings behind in the connections"
            " that it hands on. Run this with the address of the server itself: DATABASE_URL=… manage.py backup."
        )
    needed, found = _major(wrapper.pg_version), _major_of_pg_dump()
    if found < needed:
        has = f"pg_dump on the PATH is of version {found}" if found else "There is no pg_dump on the PATH"
        command = shlex.join(_command("notifyadmin.dump"))
        raise NotCopied(
            f"{has}, and this server needs {needed} or newer. Put it on the PATH, or run this where it is (PGPASSWORD"
            f" holds the password):\n    {command}\nThe files that belong to it are listed in"
            " docs/operations/backup-and-restore.md."
        )


def _major(number: int) -> int:
    return number // 10_000


def _major_of_pg_dump() -> int:
    """0 if there is none."""
    if shutil.which("pg_dump") is None:
        return 0
    told = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=False)  # noqa: S607
    found = re.search(r"\)\s+(\d+)", told.stdout)
    return int(found[1]) if found else 0
