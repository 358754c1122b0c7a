"""The two ways to run the application: files only, and with private PostgreSQL and Redis servers."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.servers import private_postgres, private_redis

PROJECT = Path(__file__).parents[2]
PYTHON = sys.executable
SQLITE, POSTGRES = "sqlite", "postgres"
STACKS = (SQLITE, POSTGRES)

_OF_OTHERS = ("NOTIFYADMIN_", "DJANGO_", "DATABASE_URL", "CELERY_", "CREDENTIAL_KEYS", "SECRET_KEY", "PUBLIC_URL")


@contextlib.contextmanager
def stack(name: str) -> Iterator[dict[str, str]]:
    """The environment of a fresh, throw-away installation whose servers live as long as the context."""
    folder = Path(tempfile.mkdtemp(prefix="na-bench-"))
    with contextlib.ExitStack() as servers:
        servers.callback(shutil.rmtree, folder, ignore_errors=True)
        environment = _environment(folder)
        if name == POSTGRES:
            environment["DATABASE_URL"] = servers.enter_context(private_postgres())
            environment["CELERY_BROKER_URL"] = servers.enter_context(private_redis())
        yield environment


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_OTHERS)}
    own = {
        "DJANGO_SETTINGS_MODULE": "notifyadmin.settings",
        "NOTIFYADMIN_VAR": str(folder),
        "SECRET_KEY": "bench-only",
        "CREDENTIAL_KEYS": "YmVuY2gtb25seS1iZW5jaC1vbmx5LWJlbmNoLW9ubHk=",
        "ALLOW_PRIVATE_PROVIDERS": "1",
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
    }
    return kept | own
