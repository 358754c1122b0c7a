"""Keeping pushes: durable before they are answered, and many in one transaction when many come at once.

Whoever comes first writes for everybody who waits. A push is answered only after the transaction that holds it has
been committed, so nothing is acknowledged that could be lost.
"""

import threading
from dataclasses import dataclass

from django.db import Error

from .models import InboundPush


class NotKept(Exception):
    """Whoever wrote for this push was stopped before the transaction was committed."""


@dataclass(slots=True)
class _Waiting:
    push: InboundPush
    kept: bool = False
    error: Error | None = None


_list_lock = threading.Lock()
_writer_lock = threading.Lock()
_waiting: list[_Waiting] = []


def keep(push: InboundPush) -> None:
    """Store *push*; it is committed when this returns. Raises what the database raised, or NotKept."""
    mine = _Waiting(push)
    with _list_lock:
        _waiting.append(mine)
    with _writer_lock:
        if not mine.kept and mine.error is None:
            _write(_take_all())
    if mine.error is not None:
        raise mine.error
    if not mine.kept:
        raise NotKept


def _take_all() -> list[_Waiting]:
    with _list_lock:
        taken = _waiting[:]
        _waiting.clear()
    return taken


def _write(batch: list[_Waiting]) -> None:
    try:
        InboundPush.objects.bulk_create([one.push for one in batch])
    except Error as error:
        for one in batch:
            one.error = error
    else:
        for one in batch:
            one.kept = True
