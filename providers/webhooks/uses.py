"""When each push address was last used: written once in a while, not with every push."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from .entries import Entry
from .models import PushAddress

EVERY_SECONDS = 60.0

_lock = threading.Lock()
_noted: dict[int, float] = {}
"""Address id to the time of the use that was written last."""


def note(entries: Iterable[Entry]) -> None:
    """Write down that these addresses were used, unless that was done within the last minute. Needs a transaction."""
    # In one order, since two processes may do this at the same time.
    for address_id, at in sorted(_latest(entries).items()):
        if not _is_due(address_id, at):
            continue
        moment = datetime.fromtimestamp(at, UTC)
        earlier = Q(used_at=None) | Q(used_at__lt=moment)
        PushAddress.objects.filter(earlier, pk=address_id).update(used_at=moment)
        transaction.on_commit(partial(_remember, address_id, at))


def _latest(entries: Iterable[Entry]) -> dict[int, float]:
    latest: dict[int, float] = {}
    for entry in entries:
        latest[entry.address_id] = max(entry.received_at, latest.get(entry.address_id, 0.0))
    return latest


def _is_due(address_id: int, at: float) -> bool:
    with _lock:
        return abs(at - _noted.get(address_id, 0.0)) >= EVERY_SECONDS


def _remember(address_id: int, at: float) -> None:
    with _lock:
        _noted[address_id] = at
