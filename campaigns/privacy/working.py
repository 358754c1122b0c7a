"""Erasing a number in the background, a slice at a time.

Each batch is a transaction of its own, with how far it has come, under the lease of a job.
"""

from collections.abc import Callable
from functools import partial

from django.db import transaction

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Erasure, ErasureState
from notifyadmin.jobs import SLICE_SECONDS, LeasedJob, Slice
from providers.contract.words import Words, gettext_noop

from .onenumber import TASK, UNDER_WAY
from .steps import STEPS

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


JOB = LeasedJob(
    Erasure,
    TASK,
    open=UNDER_WAY,
    working=ErasureState.ERASING,
    idle=ErasureState.ERASING,
    poisoned=POISONED,
    broken=BROKEN,
    fault="what was asked for by erasure %s cannot be erased",
)


def erase(erasure_id: int, *, seconds: float = SLICE_SECONDS, stopping: Callable[[], bool] = lambda: False) -> None:
    """Go on with it for some *seconds*; nothing when somebody else does. Must not run in a transaction."""
    JOB.run(erasure_id, partial(_erase, going=Slice(seconds, stopping)))


def wake_erasures() -> None:
    """Wake a worker for every number that is to be erased and nobody works on; being asked twice does no harm."""
    JOB.wake()


def _erase(erasure: Erasure, going: Callable[[], bool]) -> bool:
    """Whether everything is done. At least one batch is, however often it is told to give way."""
    while erasure.step < len(STEPS):
        with transaction.atomic():
            last = STEPS[erasure.step](erasure)
            erasure.step, erasure.cursor = (erasure.step, last) if last is not None else (erasure.step + 1, 0)
            _keep(erasure)
        if not going():
            break
    if erasure.step < len(STEPS):
        return False
    _end(erasure)
    return True


def _keep(erasure: Erasure) -> None:
    """How far it has come. A worker that comes so far is not cut off by what it works on."""
    JOB.renew(erasure, **{name: getattr(erasure, name) for name in PROGRESS}, tries=1)


def _end(erasure: Erasure) -> None:
    """The number itself goes with the last word about it."""
    values = {"key": erasure.key, "recipients": erasure.recipients, "reason": erasure.reason}
    with transaction.atomic():
        if JOB.end(erasure, ErasureState.DONE, number=""):
            record(ActivityKind.ERASED, Words(ERASED, values), user=erasure.user)
