"""Reading lists, a slice at a time: who may read one, for how long, and what becomes of it.

A list is read under a lease. The token counts the leases; whoever reads writes with its own token only, so a reader
that was given up, stopped or whose list was thrown away notices at its next batch. What is committed stays, and the
next reader goes on behind it. Wake-ups may be lost or doubled; the sweeper finds what nobody reads.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, AudienceProblem, ListFile, ListPurpose, ListState
from notifyadmin.db.leases import free, wake
from notifyadmin.wake import publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from . import importing, keeping
from .changes import audience_changed
from .formats import Found, UnreadableList
from .meaning import Meaning
from .sources import read_contacts

logger = logging.getLogger(__name__)

TASK = "campaigns.read_list"
LEASE = timedelta(seconds=60)
SLICE_SECONDS = 10.0
"""A reader gives way to others after this time, and wakes itself again."""

AT_ONCE_BYTES = 200_000
AT_ONCE_SECONDS = 2.0
"""A list that is no longer than this is read while its uploader waits, for this long; a worker reads the rest."""

TRIES = 5
"""A list that takes so many readers down with it is not tried again."""

GONE = Words(gettext_noop("The file is not there any more. Upload the list again; what was read of it stays."))
POISONED = Words(
    gettext_noop(
        "Reading this list was cut off several times in a row, so it is not tried again. Save it as CSV UTF-8 and "
        "upload that; what was read of it stays."
    )
)
BROKEN = Words(
    gettext_noop(
        "A fault of this application stopped the reading; it is in the log. What was read stays. Save the list as CSV "
        "UTF-8 and upload that, or tell who runs the application."
    )
)
READ = gettext_noop("“%(name)s” was read: %(rows)s rows, %(good)s taken.")

MAPPABLE = Q(good=0) & ~Q(state=ListState.READING)
"""Lists of which it can still be said what their columns mean: nobody was taken out of them yet."""

_AFRESH = dict.fromkeys(("read", "last_row", "rows", "bad", "duplicates", "known", "suppressed"), 0)


def may_be_mapped(list_file: ListFile) -> bool:
    """Whether it is among the MAPPABLE."""
    return list_file.good == 0 and list_file.state != ListState.READING


def is_of_contacts(list_file: ListFile) -> bool:
    """Whether it stands for contacts that are copied into an audience, and has no file."""
    return list_file.contact_list_id is not None and list_file.purpose == ListPurpose.AUDIENCE


def has_source(list_file: ListFile) -> bool:
    """Whether what it is read from is still there."""
    return is_of_contacts(list_file) or keeping.path_of(list_file) is not None


def start(list_file: ListFile, meaning: Meaning) -> bool:
    """Let the list be read from its beginning with that *meaning* of its columns; False when it is not MAPPABLE.

    What is short is read at once, as far as it goes in a moment.
    """
    begun = {"state": ListState.READING, "mapping": meaning.stored(), "words": "", "lease_until": None, **_AFRESH}
    with transaction.atomic():
        if not ListFile.objects.filter(MAPPABLE, pk=list_file.pk).update(**begun, finished_at=None):
            return False
        problems = AudienceProblem.objects.filter(list_file=list_file)
        problems._raw_delete(problems.db)
    if list_file.size <= AT_ONCE_BYTES:
        read(list_file.pk, seconds=AT_ONCE_SECONDS)
    else:
        publish_on_commit(TASK, list_file.pk)
    return True


def stop(list_file: ListFile) -> None:
    """Read no further. What was read stays. Raises Refusal when it is not being read."""
    stopped = {"state": ListState.STOPPED, "lease_until": None, "token": F("token") + 1}
    if not _reading(list_file.pk).update(**stopped, finished_at=timezone.now()):
        raise Refusal(Words(gettext_noop("This list is not being read, so there is nothing to stop.")))


def resume(list_file: ListFile) -> None:
    """Go on behind what was read of a stopped list. Raises Refusal when it was not stopped, or its file is gone."""
    if not has_source(list_file):
        raise Refusal(GONE)
    stopped = ListFile.objects.filter(pk=list_file.pk, state=ListState.STOPPED).exclude(mapping={})
    if not stopped.update(state=ListState.READING, lease_until=None, finished_at=None):
        raise Refusal(Words(gettext_noop("This list was not stopped, so there is nothing to go on with.")))
    publish_on_commit(TASK, list_file.pk)


def read(list_id: int, *, seconds: float = SLICE_SECONDS, stopping: Callable[[], bool] = lambda: False) -> None:
    """Read on for some *seconds*; nothing when nobody may or somebody else does. Must not run in a transaction."""
    list_file = _claim(list_id)
    if list_file is None:
        return
    try:
        is_whole = _read(list_file, _Slice(seconds, stopping))
    except importing.LostLease:
        return
    except (UnreadableList, importing.NotADraft) as problem:
        _fail(list_file, problem.words)
    except DatabaseError:
        raise  # it passes, and the sweeper lets somebody try again when the lease has ended
    except Exception:
        logger.exception("list %s cannot be read", list_id)
        _fail(list_file, BROKEN)
    else:
        _end(list_file) if is_whole else _give_way(list_file)


def wake_lists() -> None:
    """Wake a worker for every list that nobody reads; being asked twice does no harm."""
    wake(ListFile.objects.filter(state=ListState.READING), TASK)


@dataclass(slots=True)
class _Slice:
    """Whether to read on, asked after each batch. Time counts from the first batch: in a workbook, what was read before
    has to be gone through again, and every slice must get further than that.
    """

    seconds: float
    stopping: Callable[[], bool]
    end: float | None = None

    def __call__(self) -> bool:
        if self.end is None:
            self.end = monotonic() + self.seconds
        return not self.stopping() and monotonic() < self.end


def _claim(list_id: int) -> ListFile | None:
    """The list with a lease and a token of our own, or None."""
    now = timezone.now()
    with transaction.atomic():
        list_file = ListFile.objects.select_for_update().filter(free(now), pk=list_id, state=ListState.READING).first()
        if list_file is None:
            return None
        if list_file.lease_until is not None:
            list_file.mapping["cut_off"] = int(list_file.mapping.get("cut_off", 0)) + 1
        list_file.token += 1
        list_file.lease_until = now + LEASE
        list_file.save(update_fields=["mapping", "token", "lease_until"])
    return list_file


def _read(list_file: ListFile, going: Callable[[], bool]) -> bool:
    """Whether it was read to its end."""
    if int(list_file.mapping.get("cut_off", 0)) >= TRIES:
        raise UnreadableList(POISONED)
    if is_of_contacts(list_file):
        return read_contacts(list_file, going, lambda: _renew(list_file))
    path = keeping.path_of(list_file)
    if path is None:
        raise UnreadableList(GONE)
    meaning = Meaning.of(list_file)
    plan = importing.Plan(meaning.header, meaning.number, meaning.columns, meaning.home)
    found = Found.from_json(list_file.found)
    return importing.read_list(list_file, path, found, plan, going=going, progress=lambda counts: _renew(list_file))


def _renew(list_file: ListFile) -> None:
    _ours(list_file).update(lease_until=timezone.now() + LEASE)


def _end(list_file: ListFile) -> None:
    done = {"state": ListState.DONE, "read": F("size"), "lease_until": None}
    with transaction.atomic():
        if not _ours(list_file).update(**done, finished_at=timezone.now()):
            return
        list_file.refresh_from_db()
        if list_file.purpose == ListPurpose.AUDIENCE:
            values = {"name": str(list_file), "rows": list_file.rows, "good": list_file.good}
            words = Words(READ, values)
            record(ActivityKind.LIST_READ, words, campaign=list_file.campaign, user=list_file.created_by)
    if list_file.campaign_id and list_file.good:
        audience_changed(list_file.campaign_id, list_file.created_by)


def _give_way(list_file: ListFile) -> None:
    with transaction.atomic():
        if _ours(list_file).update(lease_until=None):
            publish_on_commit(TASK, list_file.pk)


def _fail(list_file: ListFile, words: Words) -> None:
    failed = {"state": ListState.FAILED, "words": words.pack(), "lease_until": None}
    _ours(list_file).update(**failed, finished_at=timezone.now())


def _reading(list_id: int) -> QuerySet[ListFile]:
    return ListFile.objects.filter(pk=list_id, state=ListState.READING)


def _ours(list_file: ListFile) -> QuerySet[ListFile]:
    return _reading(list_file.pk).filter(token=list_file.token)
