"""Copies of the marks where machines share something: the broker, if it is a Redis, and a shared folder.

They tell of other machines, and of this one when its own folder is lost. That they cannot be written or read stops
nobody: the folder of each machine is what sending depends on.
"""

import contextlib
import logging
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from redis import Redis, RedisError

from notifyadmin.privatefiles import make_private

from .lines import pack, unpack
from .marks import Mark

logger = logging.getLogger(__name__)

PUBLISH_SECONDS = 1.0
REDIS_SECONDS = 0.5
"""How long a Redis may take to answer."""

SUFFIX = ".mark"
BROKER, FOLDER = "broker", "shared folder"


def publish(identity: UUID, mark: Mark) -> None:
    """Put the newest mark of this machine where others see it."""
    told = f"{mark.epoch}\t{pack(mark.line)}"
    with _forgiving(FOLDER):
        _write_file(identity, mark.folder, told)
    with _forgiving(BROKER), _redis() as redis:
        if redis is not None:
            redis.hset(_key(identity), mark.folder, told)
            redis.expire(_key(identity), timedelta(days=settings.DEPARTURES_KEEP_DAYS))


def read(identity: UUID) -> list[Mark]:
    """What all machines have put there, as far as it can be read."""
    found: list[Mark] = []
    with _forgiving(FOLDER):
        found += _read_files(identity)
    with _forgiving(BROKER), _redis() as redis:
        if redis is not None:
            rows: Any = redis.hgetall(_key(identity))
            found += [mark for folder, told in rows.items() if (mark := _mark(folder.decode(), told.decode()))]
    return found


def forget_old(identity: UUID, now: datetime) -> None:
    """Remove marks of machines that have let nothing out for as long as records are kept, but not the newest."""
    marks = sorted(read(identity), key=lambda mark: mark.line.at)[:-1]
    before = now - timedelta(days=settings.DEPARTURES_KEEP_DAYS)
    for mark in marks:
        if mark.line.at < before:
            with _forgiving(FOLDER):
                for folder in _folder(identity):
                    (folder / f"{mark.folder}{SUFFIX}").unlink(missing_ok=True)
            with _forgiving(BROKER), _redis() as redis:
                if redis is not None:
                    redis.hdel(_key(identity), mark.folder)


class Publisher:
    """A thread that publishes the newest mark about once a second, so that nobody who sends waits for it."""

    def __init__(self, identity: UUID) -> None:
        self._identity = identity
        self._newest: Mark | None = None
        self._news = threading.Event()
        self._publishing = threading.Lock()
        self._thread: threading.Thread | None = None

    def offer(self, mark: Mark) -> None:
        self._newest = mark
        self._news.set()
        if is_set_up() and (self._thread is None or not self._thread.is_alive()):
            self._thread = threading.Thread(target=self._work, name="departures-publish", daemon=True)
            self._thread.start()

    def flush(self) -> None:
        """Publish what was not published yet."""
        with self._publishing:
            mark, self._newest = self._newest, None
            if mark is not None and is_set_up():
                publish(self._identity, mark)

    def _work(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            self.flush()
            time.sleep(PUBLISH_SECONDS)


def is_set_up() -> bool:
    """Whether machines share anything."""
    return bool(settings.DEPARTURES_SHARED_FOLDER) or _redis_url() is not None


_failing: set[str] = set()
"""What was said to fail, so that it is said once and not every second."""


@contextlib.contextmanager
def _forgiving(what: str) -> Any:
    try:
        yield
        _failing.discard(what)
    except (OSError, RedisError, ValueError) as error:
        if what not in _failing:
            logger.warning("The marks of what left cannot be shared by the %s: %s", what, error)
        _failing.add(what)


def _redis_url() -> str | None:
    url = str(settings.CELERY_BROKER_URL)
    return url if url.startswith(("redis://", "rediss://", "unix://")) else None


@contextlib.contextmanager
def _redis() -> Any:
    url = _redis_url()
    if url is None:
        yield None
        return
    client = Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
    try:
        yield client
    finally:
        client.close()


def _key(identity: UUID) -> str:
    return f"notifyadmin:departures:{identity.hex}"


def _folder(identity: UUID) -> list[Path]:
    shared = settings.DEPARTURES_SHARED_FOLDER
    return [Path(shared) / identity.hex] if shared else []


def _write_file(identity: UUID, name: str, told: str) -> None:
    for folder in _folder(identity):
        make_private(folder)
        unfinished = folder / f"{name}.{threading.get_native_id()}.unfinished"
        unfinished.write_text(told)
        unfinished.replace(folder / f"{name}{SUFFIX}")


def _read_files(identity: UUID) -> list[Mark]:
    paths = [path for folder in _folder(identity) for path in folder.glob(f"*{SUFFIX}")]
    return [mark for path in paths if (mark := _mark(path.stem, path.read_text()))]


def _mark(folder: str, told: str) -> Mark | None:
    epoch, _, rest = told.partition("\t")
    line = unpack(rest)
    return Mark(int(epoch), line, folder) if line is not None and epoch.isdecimal() else None
