"""The processes of one installation, and how each shows that it is ready."""

import sys
import urllib.error
import urllib.request
from collections.abc import Callable

from django.conf import settings

from notifyadmin import queues

from .supervisor import Service

CHECKED = {"CELERY_SKIP_CHECKS": "1"}
"""The first process of an installation runs Django's checks; each of the others would take half a second for them."""

CELERY = (
    "celery.bin.celery",
    "celery.apps.worker",
    "celery.apps.beat",
    "celery.worker.consumer",
    "celery.concurrency.solo",
)

GIVE_WAY = dict.fromkeys(("send", "library"), 5)
"""What is long and may wait runs behind what is short and may not: a provider waits for the answer to its receipt, and
people for their pages."""


def web(host: str, port: int, environment: dict[str, str], workers: int = 1) -> Service:
    """The web server. ``workers`` processes with sixteen threads each; SQLite is served best by one."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "notifyadmin.wsgi:application"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "16"),
        # The server's own log of requests would hold the secret part of push addresses.
        *("--no-ws", "--log-level", "warning", "--no-access-log"),
    ]
    loads = ("granian.cli", "granian.server.mp", "notifyadmin.urls")
    return Service("web", command, environment, answers(f"http://{host}:{port}/health/"), loads=loads)


def workers(environment: dict[str, str]) -> list[Service]:
    """All that works in the background: the processes of each pool of queues, and beat."""
    numbered = [(pool, number) for pool, processes in settings.WORKERS.items() for number in range(1, processes + 1)]
    return [*(worker(pool, number, environment) for pool, number in numbered), beat(environment)]


def worker(pool: str, number: int, environment: dict[str, str]) -> Service:
    """One Celery worker process.

    It does its tasks itself and has no children: one that is killed while it holds the lock of a shared queue would
    freeze the others, and here there is nothing to hold.
    """
    command = [
        *(sys.executable, "-m", "celery", "-A", "notifyadmin", "worker", "-Q", ",".join(queues.POOLS[pool])),
        *("-P", "solo", "-n", f"{pool}-{number}@%h", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    nice = GIVE_WAY.get(pool, 0)
    return Service(f"worker-{pool}-{number}", command, CHECKED | environment, loads=CELERY, nice=nice)


def beat(environment: dict[str, str]) -> Service:
    """What wakes the sweeps. It remembers nothing, so there is no file that a kill could spoil."""
    command = [
        *(sys.executable, "-m", "celery", "-A", "notifyadmin", "beat", "-S", "celery.beat:Scheduler"),
        *("--pidfile=", "--loglevel", "WARNING"),
    ]
    return Service("beat", command, CHECKED | environment, loads=CELERY)


def sandbox(host: str, port: int, environment: dict[str, str], *options: str) -> Service:
    """The stand-in for all providers."""
    command = [sys.executable, "-m", "providers.sandbox", "--host", host, "--port", str(port), *options]
    ready, loads = answers(f"http://{host}:{port}/_sandbox/health"), ("providers.sandbox.server",)
    return Service("sandbox", command, environment, ready, last=True, loads=loads)


def answers(url: str) -> Callable[[], bool]:
    """A check that *url* answers with 200."""

    def check() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    return check
