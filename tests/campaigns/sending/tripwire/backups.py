"""Real backups of the test database, and putting them back as people do: a file in the place of another, or a database
made anew under the same name."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connection

_serial = count()


class Backup:
    """The whole database as it is when this is made."""

    def __init__(self, folder: Path) -> None:
        self._server = connection.vendor == "postgresql"
        self._name = f"backup_{next(_serial)}" if self._server else str(folder / f"backup{next(_serial)}.sqlite3")
        self._current = str(connection.settings_dict["NAME"])
        if self._server:
            _make(self._name, self._current)
        else:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [self._name])

    def restore(self) -> None:
        """Lose the database and put the backup in its place."""
        if self._server:
            with _server() as run:
                run(f'DROP DATABASE "{self._current}" WITH (FORCE)')
            _make(self._current, self._name)
        else:
            connection.close()
            for path in (self._current, f"{self._current}-wal", f"{self._current}-shm"):
                Path(path).unlink(missing_ok=True)
            shutil.copyfile(self._name, self._current)

    def remove(self) -> None:
        if self._server:
            with _server() as run:
                run(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')
        else:
            Path(self._name).unlink(missing_ok=True)


def _make(name: str, template: str) -> None:
    with _server() as run:
        run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'")  # noqa: S608
        run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@contextmanager
def _server() -> Iterator[Any]:
    """Statements to the server from outside the database, which nobody is connected to meanwhile."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        yield cursor.execute
