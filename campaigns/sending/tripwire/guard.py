"""What stands between a request that was written down and its way out.

One per process. A database is looked at when a worker begins with a campaign, whenever a connection is made (it may
lead to another database since), and by every sweep; in between, the keys of new requests tell: they only rise.
"""

import atexit
import logging
import os
import threading
import time
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.signals import connection_created
from django.utils import timezone

from campaigns.models import HoldCause, Installation
from campaigns.models.held import is_held
from campaigns.sending.departures import finding, marks, services, shared
from campaigns.sending.departures.fingerprints import fingerprint
from campaigns.sending.departures.folders import Place, card, prune, root
from campaigns.sending.departures.journal import Journal
from campaigns.sending.departures.lines import Line, pack
from campaigns.sending.departures.marks import Mark
from providers.contract.words import Words, gettext_noop

from .services import trip

logger = logging.getLogger(__name__)

UNWRITTEN = gettext_noop(
    "What leaves cannot be written down outside the database: “%(folder)s” on %(machine)s says “%(error)s”. Without "
    "these records a restored backup would reach people twice, so sending is held. Make room there or let this program "
    "write there, then release on the page “Sending”."
)

TEND_SECONDS = 12 * 3600
"""How often a sender removes what is old, and says in the database that it sends."""


class Guard:
    """Lets requests out of a database that may be sent from, and writes down that they left."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread = threading.local()
        self._pid = os.getpid()
        self._forget()

    def _forget(self) -> None:
        self._place: Place | None = None
        self._journal: Journal | None = None
        self._publisher: shared.Publisher | None = None
        self._key = ""
        self._tended = float("-inf")

    def doubt(self, **_: Any) -> None:
        """The next request of this thread waits until the database was looked at."""
        self._thread.is_sure = False

    def look(self) -> bool:
        """Look at the database; whether it may be sent from. If not, all sending is held."""
        self.doubt()
        found = self._examine()
        if found is not None:
            # Another process may have accepted the database in between, and sent from it.
            self._connect_again(found)
            found = self._examine()
        if found is not None:
            trip(found)
            return False
        self._thread.is_sure = True
        return True

    def is_ready(self) -> bool:
        """For a sender: :meth:`look`, and have a folder to write into."""
        try:
            self._key = card().key
            is_fine = self.look()
            if is_fine:
                self._tend()
        except OSError as error:
            self._hold_unwritten(error)
            return False
        return is_fine

    def let_out(self, requests: Sequence[tuple[int, str, str]], account_id: int) -> bool:
        """Write down *requests* (key, reference, positions), whose intents are committed; whether they may leave."""
        floor = getattr(self._thread, "floor", 0)
        try:
            if not (getattr(self._thread, "is_sure", False) or self.is_ready()):
                return False
            if min(key for key, _, _ in requests) <= floor or self._have_left(requests):
                self.doubt()
                trip(finding.repeated())
                return False
            return self._written(requests, account_id)
        except (DatabaseError, InterfaceError) as error:
            self.doubt()
            logger.warning("Nothing leaves until the database can be looked at: %s", error)
            return False

    def _have_left(self, requests: Sequence[tuple[int, str, str]]) -> bool:
        """Whether one of *requests* is called as one that left: a restored database makes the same ones again."""
        marked: set[str] = getattr(self._thread, "marked", set())
        return any(reference in marked for _, reference, _ in requests)

    def close(self) -> None:
        """At the end of the process: nothing is missing in its file."""
        with self._lock:
            if self._pid == os.getpid():
                if self._journal is not None:
                    self._journal.close()
                if self._publisher is not None:
                    self._publisher.flush()
            self._forget()
        self.doubt()
        self._thread.floor = 0

    # The database

    def _connect_again(self, found: finding.Finding) -> None:
        """The connection may lead to a file that another one has replaced: what is written must go there."""
        if found.cause == HoldCause.IDENTITY and not connection.in_atomic_block:
            connection.close()

    def _examine(self) -> finding.Finding | None:
        row, here = services.installation(), fingerprint()
        known = [*marks.local(row.identity, self._key), *shared.read(row.identity)]
        released = services.released_at(row, max((one.line.at for one in known), default=None))
        if released and not is_held():
            row = services.accept(released)
        others = [] if row.fingerprint else marks.of_others(row.identity, self._key)
        found = finding.find(row, here, known, others)
        if found is None:
            services.adopt(row, here)
            self._thread.floor = max((one.line.submission_id for one in known if one.epoch == row.epoch), default=0)
            self._thread.marked = {one.line.reference for one in known}
            self._open(row)
        return found

    # The journal

    def _open(self, row: Installation) -> None:
        place = Place(row.identity, row.epoch)
        with self._lock:
            if self._pid != os.getpid():
                # A copy of a process has none of its threads, and must not write into its file.
                self._pid = os.getpid()
                self._forget()
            if self._place not in (None, place):
                if self._journal is not None:
                    self._journal.close()
                self._forget()
            self._place = place

    def _written(self, requests: Sequence[tuple[int, str, str]], account_id: int) -> bool:
        now = timezone.now()
        lines = [Line(key, reference, account_id, positions, now) for key, reference, positions in requests]
        try:
            journal, publisher, place = self._opened()
            journal.append("".join(map(pack, lines)).encode())
        except OSError as error:
            self.doubt()
            self._hold_unwritten(error)
            return False
        newest = max(lines)
        self._thread.floor = newest.submission_id
        publisher.offer(Mark(place.epoch, newest, self._key))
        return True

    def _opened(self) -> tuple[Journal, shared.Publisher, Place]:
        with self._lock:
            if self._place is None:
                raise OSError("nobody knows yet which database this is")
            if self._journal is None or self._publisher is None:
                self._key = card().key
                # Here, because a copy of a process forgets what was to be done at the end of the first.
                atexit.unregister(self.close)
                atexit.register(self.close)
                self._journal = Journal(self._place.folder, self._key)
                self._publisher = shared.Publisher(self._place.identity)
            return self._journal, self._publisher, self._place

    def _hold_unwritten(self, error: OSError) -> None:
        values = {"folder": str(root()), "machine": services.machine(), "error": str(error)}
        trip(finding.Finding(HoldCause.UNWRITTEN, Words(UNWRITTEN, values)))

    def _tend(self) -> None:
        """Once in half a day: what is old goes, and the database knows which machine sends."""
        if self._place is not None and time.monotonic() - self._tended > TEND_SECONDS:
            self._tended, now = time.monotonic(), timezone.now()
            prune(now)
            shared.forget_old(self._place.identity, now)
            services.register(card(), now)


guard = Guard()
connection_created.connect(guard.doubt, dispatch_uid="tripwire")
