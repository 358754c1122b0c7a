"""What a piece of work asks of the database and of the broker, counted and timed where the driver is called.

Patched for the whole process and all its threads, below Django, so that nothing passes by it.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from celery import Celery
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import SQLiteCursorWrapper

_BRACKETS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO")


@dataclass(slots=True)
class Meter:
    """Statements (without BEGIN, COMMIT and savepoints), published messages, and seconds at the database.

    ``seconds`` is the time inside execute, executemany, copy and commit, and inside fetching where the database works
    while it is read (SQLite, and server-side cursors of PostgreSQL).
    """

    statements: int = 0
    seconds: float = 0.0
    commits: int = 0
    commit_seconds: float = 0.0
    messages: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    texts: "Counter[str]" = field(default_factory=Counter)
    text_seconds: dict[str, float] = field(default_factory=dict)

    def count(self, sql: Any, seconds: float) -> None:
        text = " ".join(str(sql).split())
        self.seconds += seconds
        if not text.upper().startswith(_BRACKETS):
            self.statements += 1
            self.texts[text] += 1
            self.text_seconds[text] = self.text_seconds.get(text, 0.0) + seconds

    def committed(self, seconds: float) -> None:
        self.commits += 1
        self.commit_seconds += seconds
        self.seconds += seconds


@contextlib.contextmanager
def metered() -> Iterator[Meter]:
    """Count and time the statements and the published messages of this process; no message reaches the broker."""
    meter = Meter()
    with contextlib.ExitStack() as patches:
        for cursor in (psycopg.Cursor, psycopg.ServerCursor, SQLiteCursorWrapper):
            for name in ("execute", "executemany"):
                patches.enter_context(_patched(cursor, name, lambda call: _statement(call, meter)))
        patches.enter_context(_patched(psycopg.Cursor, "copy", lambda call: _statement(call, meter)))
        for name in ("fetchone", "fetchmany", "fetchall"):
            for cursor in (psycopg.ServerCursor, SQLiteCursorWrapper):
                patches.enter_context(_patched(cursor, name, lambda call: _fetch(call, meter)))
        patches.enter_context(_patched(BaseDatabaseWrapper, "_commit", lambda call: _commit(call, meter)))
        patches.enter_context(_patched(Celery, "send_task", lambda call: _publish(meter)))
        yield meter


@contextlib.contextmanager
def _patched(owner: type, name: str, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Iterator[None]:
    own = name in vars(owner)
    real = getattr(owner, name)
    setattr(owner, name, wrap(real))
    try:
        yield
    finally:
        if own:
            setattr(owner, name, real)
        else:
            delattr(owner, name)


def _statement(call: Callable[..., Any], meter: Meter) -> Callable[..., Any]:
    def counted(self: Any, sql: Any, *args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        try:
            return call(self, sql, *args, **kwargs)
        finally:
            meter.count(sql, time.perf_counter() - started)

    return counted


def _fetch(call: Callable[..., Any], meter: Meter) -> Callable[..., Any]:
    def timed(self: Any, *args: Any) -> Any:
        started = time.perf_counter()
        try:
            return call(self, *args)
        finally:
            meter.seconds += time.perf_counter() - started

    return timed


def _commit(call: Callable[..., Any], meter: Meter) -> Callable[..., Any]:
    def timed(self: Any) -> Any:
        started = time.perf_counter()
        try:
            return call(self)
        finally:
            meter.committed(time.perf_counter() - started)

    return timed


def _publish(meter: Meter) -> Callable[..., Any]:
    def publish(self: Celery, name: str, args: Any = None, kwargs: Any = None, **options: Any) -> None:
        meter.messages.append((name, tuple(args or ())))

    return publish
