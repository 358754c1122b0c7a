"""Where a demonstration plays: a throw-away folder, free ports, and on PostgreSQL a throw-away database."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import environ

from notifyadmin.running.ports import free_port

HOST = "127.0.0.1"
MARK = "NOTIFYADMIN_DEMO"


class NoDatabase(Exception):
    """The throw-away database could not be made; the message says why and what to do."""


def environment(outside: Mapping[str, str]) -> dict[str, str]:
    """What to run the demonstration with, so that it meets nothing of a real installation but its servers."""
    port, sandbox_port = free_port(HOST), free_port(HOST)
    folder = tempfile.mkdtemp(prefix="notifyadmin-demo-")
    chosen = {
        MARK: folder,
        "NOTIFYADMIN_VAR": folder,
        "HOST": HOST,
        "PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
        "PUBLIC_URL": outside.get("PUBLIC_URL", f"http://{HOST}:{port}"),
        "ALLOW_PRIVATE_PROVIDERS": "1",
        "ALLOWED_HOSTS": "*",
        "HTTPS": "0",
    }
    return {**outside, **chosen, **_database(outside.get("DATABASE_URL", ""), folder)}


def _database(url: str, folder: str) -> dict[str, str]:
    if not url or not environ.Env.db_url_config(url)["ENGINE"].endswith("postgresql"):
        return {"DATABASE_URL": f"sqlite:///{folder}/notifyadmin.sqlite3"}
    name = f"notifyadmin_demo_{secrets.token_hex(4)}"
    _on_server(url, f'CREATE DATABASE "{name}"')
    head = url[: url.rindex("/")]
    query = urlsplit(url).query
    return {"DATABASE_URL": f"{head}/{name}" + (f"?{query}" if query else ""), "NOTIFYADMIN_DEMO_SERVER": url}


@contextlib.contextmanager
def thrown_away_afterwards() -> Iterator[Path]:
    """The folder of this demonstration; afterwards it and the throw-away database are gone."""
    import shutil

    folder = Path(os.environ[MARK])
    try:
        yield folder
    finally:
        server = os.environ.get("NOTIFYADMIN_DEMO_SERVER")
        if server:
            from django.db import connections

            connections.close_all()
            name = environ.Env.db_url_config(os.environ["DATABASE_URL"])["NAME"]
            _on_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


def _on_server(url: str, statement: str) -> None:
    import psycopg

    parts = environ.Env.db_url_config(url)
    given = {"host": parts["HOST"], "port": parts["PORT"], "user": parts["USER"], "password": parts["PASSWORD"]}
    try:
        with psycopg.connect(dbname=parts["NAME"], autocommit=True, **{k: v for k, v in given.items() if v}) as server:
            server.execute(statement)
    except psycopg.Error as error:
        raise NoDatabase(
            f"The demonstration makes a database of its own on the server of DATABASE_URL, and could not: {error}"
        ) from error
