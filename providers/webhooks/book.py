"""Which push addresses are open, known to a process without asking the database for every push.

The database is asked by a thread of its own, so that nobody who pushes waits for one that hangs. What it said last
lies in a file, as digests: a process that starts while the database is away can still tell a right token from one that
it does not know. About the latter it says nothing then: the address may be newer than the file.
"""

import contextlib
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

from django.db import Error, connection

from .models import PushAddress

logger = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
"""For so long nothing is asked."""
STALE_SECONDS = 5.0
"""Until then it is asked, but nobody waits for the answer. A closed address is refused after so long at the latest."""
PATIENCE_SECONDS = 0.25
"""How long a push whose token was right when last asked waits for the answer."""
LONGEST_SECONDS = 2.0
"""How long one with an unknown token waits."""
RETRY_SECONDS = 1.0
IDLE_SECONDS = 10.0


class CannotTell(Exception):
    """The token is not known here, and the database does not say whether it is known there."""


@dataclass(frozen=True, slots=True)
class Known:
    """An open address: its row, its account, the account's provider, and until when it is open (seconds since 1970)."""

    address_id: int
    account_id: int
    provider: str
    closes_at: float | None = None


def read_open() -> dict[str, Known]:
    """Digest to address of all that are open. Raises django.db.Error."""
    rows = PushAddress.objects.open().values_list("token_hash", "pk", "account_id", "account__provider", "closes_at")
    return {
        digest: Known(pk, account_id, provider, closes_at.timestamp() if closes_at else None)
        for digest, pk, account_id, provider, closes_at in rows
    }


class Book:
    """The open addresses as *read* said last; kept in *file*."""

    def __init__(self, file: Path, read: Callable[[], dict[str, Known]] = read_open) -> None:
        self.file = file
        self._read = read
        self._known: Mapping[str, Known] = _load(file)
        self._read_at = float("-inf")
        self._change = threading.Condition()
        self._asked = self._answered = 0
        self._asking_since: float | None = None
        self._is_failing = self._is_doubted = False
        self._thread: threading.Thread | None = None

    def find(self, digest: str) -> Known | None:
        """The open address with this digest, None when there is none. Raises CannotTell."""
        known = self._known.get(digest)
        age = time.monotonic() - self._read_at
        if known is None:
            if not self._ask(LONGEST_SECONDS):
                raise CannotTell
        elif age > STALE_SECONDS:
            self._ask(LONGEST_SECONDS if self._is_doubted else PATIENCE_SECONDS)
        elif age > FRESH_SECONDS:
            self._ask(0)
        known = self._known.get(digest)
        is_over = known is not None and known.closes_at is not None and time.time() >= known.closes_at
        return None if is_over else known

    def doubt(self) -> None:
        """Something was changed: the next push waits for what the database says."""
        self._read_at, self._is_doubted = float("-inf"), True

    def _ask(self, seconds: float) -> bool:
        """Whether the database answered a question asked now, waiting at most *seconds* for it."""
        with self._change:
            self._asked += 1
            mine = self._asked
            self._start()
            self._change.notify_all()
            if not seconds or self._is_away():
                return False
            return self._change.wait_for(lambda: self._answered >= mine or self._is_failing, seconds) and (
                self._answered >= mine
            )

    def _is_away(self) -> bool:
        """Whether waiting for the database is in vain: it failed last, or a question has been open for long."""
        since = self._asking_since
        return self._is_failing or (since is not None and time.monotonic() - since > PATIENCE_SECONDS)

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="door-book", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while self._wait_for_question():
            asked = self._asked
            self._asking_since = time.monotonic()
            try:
                known = self._read()
            except Error as error:
                logger.warning("The door cannot read its addresses, and goes on with those it knows: %s", error)
                _disconnect()
                self._answer(asked, None)
                time.sleep(RETRY_SECONDS)
            else:
                self._answer(asked, known)

    def _wait_for_question(self) -> bool:
        """False when nobody asked for a while: then the thread ends, and its connection with it."""
        with self._change:
            if self._change.wait_for(lambda: self._asked > self._answered, IDLE_SECONDS):
                return True
            self._thread = None
        _disconnect()
        return False

    def _answer(self, asked: int, known: dict[str, Known] | None) -> None:
        changed = known is not None and known != self._known
        with self._change:
            self._asking_since = None
            self._is_failing = known is None
            if known is not None:
                self._is_doubted = False
                self._known, self._read_at, self._answered = known, time.monotonic(), asked
            self._change.notify_all()
        if changed and known is not None:
            _save(self.file, known)


def _load(file: Path) -> dict[str, Known]:
    try:
        rows = json.loads(file.read_bytes())
        return {digest: Known(*columns) for digest, columns in rows.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError):
        logger.warning("%s cannot be read; it is written again as soon as the database answers.", file)
        return {}


def _save(file: Path, known: Mapping[str, Known]) -> None:
    """Replace the file by a whole one. That it cannot be written costs nothing as long as the database is there."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.unfinished")
    told = json.dumps({digest: astuple(address) for digest, address in known.items()}).encode()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
            written.write(told)
            written.flush()
            os.fsync(written.fileno())
        unfinished.replace(file)
    except OSError as error:
        logger.warning("The open push addresses could not be written to %s: %s", file, error)


def _disconnect() -> None:
    with contextlib.suppress(Error):
        connection.close()
