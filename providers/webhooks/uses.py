"""When each push address was last used: written once in a while, not with every push."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Q

from .entries import Entry
from .models import PushAddress

EVERY_SECONDS = 60.0

_lock = threading.Lock()
_noted: dict[int, float] = {}
"""Address id to the time of the use that was written last."""


def note(entries: Iterable[Entry]) -> None:
    """Write down that these addresses were used, unless that was done within the last minute."""
    for address_id, at in _latest(entries).items():
        if not _is_due(address_id, at):
            continue
        moment = datetime.fromtimestamp(at, UTC)
        earlier = Q(used_at=None) | Q(used_at__lt=moment)
        PushAddress.objects.filter(earlier, pk=address_id).update(used_at=moment)


def _latest(entries: Iterable[Entry]) -> dict[int, float]:
    latest: dict[int, float] = {}
    for entry in entries:
        latest[entry.address_id] = max(entry.received_at, latest.get(entry.address_id, 0.0))
    return latest


def _is_due(address_id: int, at: float) -> bool:
    with _lock:
        if abs(at - _noted.get(address_id, 0.0)) < EVERY_SECONDS:
            return False
        _noted[address_id] = at
        return True
