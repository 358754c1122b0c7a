"""Erasing a number in the background, a slice at a time.

Whoever erases holds a lease, whose end is also the mark of who works on it. Each batch is a transaction of its own,
with how far it has come; whoever takes over from a worker that was killed goes on behind it. Wake-ups may be lost or
doubled; the sweeper finds what nobody works on.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from time import monotonic

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Erasure, ErasureState
from notifyadmin.db.leases import free, wake
from notifyadmin.wake import publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from .onenumber import TASK, UNDER_WAY
from .steps import STEPS

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
SLICE_SECONDS = 10.0
"""Who erases gives way to others after this time, and wakes itself again."""

TRIES = 5
"""What takes so many workers down with it is not tried again by itself."""

PROGRESS = ("step", "cursor", "recipients", "pushes", "replies", "contacts")

ERASED = gettext_noop(
    "Everything about one number was erased (key %(key)s). Recipients: %(recipients)s. Reason: %(reason)s"
)
POISONED = Words(
    gettext_noop(
        "Erasing this number was cut off several times in a row. Part of it may be left: try it again, and tell who "
        "runs the application if it stays so."
    )
)
BROKEN = Words(
    gettext_noop(
        "A fault of this application stopped the erasing; it is in the log. Part of what there is about the number is "
        "left. Tell who runs the application, then try it again."
    )
)


class LostLease(Exception):
    """Somebody else works on it by now."""


def erase(erasure_id: int, *, seconds: float = SLICE_SECONDS, stopping: Callable[[], bool] = lambda: False) -> None:
    """Go on with it for some *seconds*; nothing when somebody else does. Must not run in a transaction."""
    erasure = _claim(erasure_id)
    if erasure is None:
        return
    end = monotonic() + seconds
    try:
        is_over = _erase(erasure, lambda: monotonic() < end and not stopping())
    except LostLease:
        return
    except Refusal as refusal:
        _fail(erasure, refusal.words)
    except DatabaseError:
        raise  # it passes, and the sweeper lets somebody try again when the lease has ended
    except Exception:
        logger.exception("what was asked for by erasure %s cannot be erased", erasure_id)
        _fail(erasure, BROKEN)
    else:
        _end(erasure) if is_over else _give_way(erasure)


def wake_erasures() -> None:
    """Wake a worker for every number that is to be erased and nobody works on; being asked twice does no harm."""
    wake(Erasure.objects.filter(state__in=UNDER_WAY), TASK)


def _claim(erasure_id: int) -> Erasure | None:
    open_ = Erasure.objects.filter(free(timezone.now()), pk=erasure_id, state__in=UNDER_WAY)
    with transaction.atomic():
        erasure = open_.select_for_update().first()
        if erasure is None:
            return None
        erasure.tries += 1
        erasure.state, erasure.lease_until = ErasureState.ERASING, timezone.now() + LEASE
        erasure.save(update_fields=["tries", "state", "lease_until"])
    if erasure.tries > TRIES:
        _fail(erasure, POISONED)
        return None
    return erasure


def _erase(erasure: Erasure, going: Callable[[], bool]) -> bool:
    """Whether everything is done. At least one batch is, however often it is told to give way."""
    while erasure.step < len(STEPS):
        with transaction.atomic():
            last = STEPS[erasure.step](erasure)
            erasure.step, erasure.cursor = (erasure.step, last) if last is not None else (erasure.step + 1, 0)
            _keep(erasure)
        if not going():
            break
    return erasure.step == len(STEPS)


def _keep(erasure: Erasure) -> None:
    """How far it has come. A worker that comes so far is not cut off by what it works on."""
    so_far = {name: getattr(erasure, name) for name in PROGRESS}
    lease = timezone.now() + LEASE
    if not _ours(erasure).update(**so_far, tries=1, lease_until=lease):
        raise LostLease
    erasure.lease_until = lease


def _end(erasure: Erasure) -> None:
    """The number itself goes with the last word about it."""
    over = {"number": "", "state": ErasureState.DONE, "lease_until": None}
    values = {"key": erasure.key, "recipients": erasure.recipients, "reason": erasure.reason}
    with transaction.atomic():
        if _ours(erasure).update(**over, finished_at=timezone.now()):
            record(ActivityKind.ERASED, Words(ERASED, values), user=erasure.user)


def _give_way(erasure: Erasure) -> None:
    with transaction.atomic():
        if _ours(erasure).update(lease_until=None, tries=0):
            publish_on_commit(TASK, erasure.pk)


def _fail(erasure: Erasure, words: Words) -> None:
    """The number stays, so that it can be tried again."""
    failed = {"state": ErasureState.FAILED, "words": words.pack(), "lease_until": None}
    _ours(erasure).update(**failed, finished_at=timezone.now())


def _ours(erasure: Erasure) -> QuerySet[Erasure]:
    return Erasure.objects.filter(pk=erasure.pk, state=ErasureState.ERASING, lease_until=erasure.lease_until)
