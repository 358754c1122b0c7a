"""The processes of one installation, and how each shows that it is ready."""

import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from notifyadmin import queues

from .supervisor import Service


def web(host: str, port: int, environment: dict[str, str], workers: int = 1) -> Service:
    """The web server. ``workers`` processes with sixteen threads each; SQLite is served best by one."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "notifyadmin.wsgi:application"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "16"),
        *("--no-ws", "--log-level", "warning"),
    ]
    return Service("web", command, environment, answers(f"http://{host}:{port}/health/"))


def worker(pool: str, environment: dict[str, str], state_folder: Path, processes: int = 2) -> Service:
    """One Celery worker pool; beat rides along with the pool named in the table of queues."""
    command = [
        *(sys.executable, "-m", "celery", "-A", "notifyadmin", "worker", "-Q", ",".join(queues.POOLS[pool])),
        *("-c", str(processes), "-n", f"{pool}@%h", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    if pool == queues.BEAT_POOL:
        command += ["-B", "-s", str(state_folder / "beat")]
    return Service(f"worker-{pool}", command, environment)


def sandbox(host: str, port: int, environment: dict[str, str], *options: str) -> Service:
    """The stand-in for all providers."""
    command = [sys.executable, "manage.py", "sandbox", "--host", host, "--port", str(port), *options]
    return Service("sandbox", command, environment, answers(f"http://{host}:{port}/_sandbox/health"))


def answers(url: str) -> Callable[[], bool]:
    """A check that *url* answers with 200."""

    def check() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return check
