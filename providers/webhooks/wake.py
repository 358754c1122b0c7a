"""Tells the receipts queue that pushes wait: at most a few times a second, and never at the price of the answer."""

import logging
import threading
import time

from celery import current_app
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 0.25
AWAY_SECONDS = 15.0
"""How long a broker that did not answer is left alone: asking takes seconds, and a provider waits for our answer."""

_lock = threading.Lock()
_last = 0.0


def wake_receipts() -> None:
    """Publish a wake-up unless one was published a moment ago; the sweeper finds what falls in between."""
    if not _may_publish():
        return
    try:
        current_app.send_task("campaigns.apply_pushes", retry=False, expires=30)
    except (OperationalError, OSError):
        _published(time.monotonic() + AWAY_SECONDS)
        logger.warning("The broker does not take messages; the push is stored and waits for the sweeper.")


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
