"""Tells the receipts queue that pushes wait: at most a few times a second, and never at the price of the answer."""

import threading
import time

from notifyadmin.wake import publish

PAUSE_SECONDS = 0.25
AWAY_SECONDS = 15.0
"""How long a broker that did not answer is left alone: asking takes seconds, and a provider waits for our answer."""

_lock = threading.Lock()
_last = 0.0


def wake_receipts() -> None:
    """Publish a wake-up unless one was published a moment ago; the sweeper finds what falls in between."""
    if not _may_publish():
        return
    if not publish("campaigns.apply_pushes", expires=30):
        _published(time.monotonic() + AWAY_SECONDS)


def _may_publish() -> bool:
    with _lock:
        now = time.monotonic()
        if now - _last < PAUSE_SECONDS:
            return False
        _published(now)
        return True


def _published(at: float) -> None:
    global _last  # noqa: PLW0603
    _last = at
