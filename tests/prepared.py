"""Empty databases: the tables are made once for all of them, which takes five seconds each time.

That a new installation makes its own is tested where it is started as a newcomer does.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAME = "notifyadmin.sqlite3"
_GIVEN = "TABLES_FOR_TESTS"
_PROJECT = Path(__file__).resolve().parents[1]


def make() -> None:
    """Make the tables, for this process and those that it starts."""
    folder = tempfile.mkdtemp(prefix="na-tables-")
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CELERY_BROKER_URL")
    }
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"],
        cwd=_PROJECT,
        env=environment | {"NOTIFYADMIN_VAR": folder},
        check=True,
    )
    os.environ[_GIVEN] = folder


def clear() -> None:
    """What :func:`make` has made is gone."""
    shutil.rmtree(os.environ.pop(_GIVEN), ignore_errors=True)


def are_given() -> bool:
    """Whether this process, or one that started it, has made the tables."""
    return _GIVEN in os.environ


def put_into(folder: Path, name: str = NAME) -> None:
    """The tables into a new installation's *folder*; without them it makes its own."""
    if not are_given():
        return
    source = Path(os.environ[_GIVEN]) / NAME
    assert not _log_of(source).exists(), "what is only in the write-ahead log would not be copied"
    _log_of(folder / name).unlink(missing_ok=True)
    shutil.copyfile(source, folder / name)


def _log_of(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")
