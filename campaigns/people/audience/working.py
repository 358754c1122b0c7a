"""Reading lists, a slice at a time: who may read one, for how long, and what becomes of it.

A reader that was given up, stopped or whose list was thrown away notices at its next batch. What is committed stays,
and the next reader goes on behind it.
"""

from collections.abc import Callable
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, AudienceProblem, ListFile, ListPurpose, ListState
from notifyadmin.jobs import SLICE_SECONDS, Slice
from notifyadmin.wake import publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from . import importing, keeping
from .changes import audience_changed
from .formats import Found, UnreadableList
from .job import JOB
from .meaning import Meaning
from .sources import read_contacts

AT_ONCE_BYTES = 200_000
AT_ONCE_SECONDS = 2.0
"""A list that is no longer than this is read while its uploader waits, for this long; a worker reads the rest."""

GONE = Words(gettext_noop("The file is not there any more. Upload the list again; what was read of it stays."))
READ = gettext_noop("“%(name)s” was read: %(rows)s rows, %(good)s taken.")

MAPPABLE = Q(good=0) & ~Q(state=ListState.READING)
"""Lists of which it can still be said what their columns mean: nobody was taken out of them yet."""

_AFRESH = dict.fromkeys(("read", "last_row", "rows", "bad", "duplicates", "known", "suppressed", "tries"), 0)


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
        publish_on_commit(JOB.task, list_file.pk)
    return True


def stop(list_file: ListFile) -> None:
    """Read no further. What was read stays. Raises Refusal when it is not being read."""
    stopped = {"state": ListState.STOPPED, "lease_until": None, "token": F("token") + 1}
    reading = ListFile.objects.filter(pk=list_file.pk, state=ListState.READING)
    if not reading.update(**stopped, finished_at=timezone.now()):
        raise Refusal(Words(gettext_noop("This list is not being read, so there is nothing to stop.")))


def resume(list_file: ListFile) -> None:
    """Go on behind what was read of a stopped list. Raises Refusal when it was not stopped, or its file is gone."""
    if not has_source(list_file):
        raise Refusal(GONE)
    stopped = ListFile.objects.filter(pk=list_file.pk, state=ListState.STOPPED).exclude(mapping={})
    if not stopped.update(state=ListState.READING, lease_until=None, tries=0, finished_at=None):
        raise Refusal(Words(gettext_noop("This list was not stopped, so there is nothing to go on with.")))
    publish_on_commit(JOB.task, list_file.pk)


def read(list_id: int, *, seconds: float = SLICE_SECONDS, stopping: Callable[[], bool] = lambda: False) -> None:
    """Read on for some *seconds*; nothing when nobody may or somebody else does. Must not run in a transaction."""
    JOB.run(list_id, partial(_read, going=Slice(seconds, stopping)))


def wake_lists() -> None:
    """Wake a worker for every list that nobody reads; being asked twice does no harm."""
    JOB.wake()


def _read(list_file: ListFile, going: Callable[[], bool]) -> bool:
    """Whether it was read to its end."""
    try:
        is_whole = _read_on(list_file, going)
    except UnreadableList as problem:
        raise Refusal(problem.words) from problem
    if is_whole:
        _end(list_file)
    return is_whole


def _read_on(list_file: ListFile, going: Callable[[], bool]) -> bool:
    if is_of_contacts(list_file):
        return read_contacts(list_file, going)
    path = keeping.path_of(list_file)
    if path is None:
        raise UnreadableList(GONE)
    meaning = Meaning.of(list_file)
    plan = importing.Plan(meaning.header, meaning.number, meaning.columns, meaning.home)
    return importing.read_list(list_file, path, Found.from_json(list_file.found), plan, going=going)


def _end(list_file: ListFile) -> None:
    with transaction.atomic():
        if not JOB.end(list_file, ListState.DONE, read=F("size")):
            return
        list_file.refresh_from_db()
        if list_file.purpose == ListPurpose.AUDIENCE:
            values = {"name": str(list_file), "rows": list_file.rows, "good": list_file.good}
            words = Words(READ, values)
            record(ActivityKind.LIST_READ, words, campaign=list_file.campaign, user=list_file.created_by)
    if list_file.campaign_id and list_file.good:
        audience_changed(list_file.campaign_id, list_file.created_by)
