"""After a restored backup: whoever may have been sent to since it was taken becomes unknown instead of waiting.

One chunk is one transaction, which also writes down how far it has come, so that it may be cut off anywhere and
repeated.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.models import (
    ActivityKind,
    Campaign,
    Chunk,
    HoldCause,
    Recipient,
    Restoration,
    Submission,
    SubmissionState,
)
from campaigns.models.statuses import SENDABLE_STATES, CampaignState, RecipientState
from campaigns.sending.departures.services import renew_tokens
from campaigns.sending.hold import hold_all
from campaigns.sending.plan import in_order, in_ranges
from providers.contract.words import Words, gettext_noop

from . import started
from .records import Records, read_since

MARGIN = timedelta(minutes=10)
"""Before the time that was named, for clocks that differ and for what was under way."""

LONGEST_DUMP = timedelta(days=1)
"""A dump shows what was when it began. Whoever names the time of its end is corrected by the newest request in it, if
that is not older than this."""

RESTORED = gettext_noop(
    "The database was restored from a backup taken at %(at)s; this person may have been sent to since. Nothing is sent "
    "again by itself: a late receipt, the provider’s records or a person settles it."
)
HELD = gettext_noop(
    "A backup taken at %(at)s was restored. Whoever may have been sent to since becomes unknown. Release when the "
    "numbers are right."
)
ALL = gettext_noop("A backup taken at %(at)s was restored. People who became unknown: %(people)s.")
ELSEWHERE = gettext_noop(
    "A backup taken at %(at)s was restored. People who became unknown: %(people)s. Besides, %(requests)s requests left "
    "for campaigns that are not in the backup; whom they reached is only in the provider’s records. Do not compose "
    "these campaigns anew before you have looked there."
)


@dataclass(frozen=True, slots=True)
class Everybody:
    """Positions where nobody can tell who may have been sent to."""

    def __contains__(self, position: object) -> bool:
        return True


def begin(taken_at: datetime) -> Restoration:
    """Hold all sending, unless it is done already what is to be done about the backup *taken_at*."""
    known = Restoration.objects.filter(taken_at=taken_at).first()
    if known is None or known.finished_at is None:
        hold_all(Words(HELD, {"at": written(taken_at)}), HoldCause.RESTORED)
    return known or Restoration.objects.get_or_create(taken_at=taken_at, defaults={"since": _since(taken_at)})[0]


def workers() -> bool:
    """Whether a worker still holds a chunk; those of the time of the backup have lost theirs long ago."""
    return Chunk.objects.filter(lease_until__gte=timezone.now()).exists()


def go_on(restoration: Restoration) -> None:
    """Do what is left to be done. Safe to be cut off anywhere, and to be repeated; nothing is left to do twice."""
    if restoration.finished_at is not None:
        return
    renew_tokens(restoration.until)
    records = read_since(restoration.since, restoration.taken_at)
    Restoration.objects.filter(pk=restoration.pk).update(by_records=records is not None)
    campaigns = concerned(restoration, records)
    positions = _positions(campaigns, records)
    for chunk_id, campaign_id in _chunks(restoration, list(positions)):
        _go_through(chunk_id, positions[campaign_id], restoration)
    started.mark(campaigns, restoration, records)
    _end(restoration, records)
    restoration.refresh_from_db()


def written(at: datetime) -> str:
    """A time with its zone, for a stored sentence."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S} {timezone.get_current_timezone_name()}"


def concerned(restoration: Restoration, records: Records | None) -> QuerySet[Campaign]:
    """The campaigns that may have sent since the backup: by the records where they reach back, else all that ran or
    had their time. Drafts may have been started since; without records nobody can tell."""
    if records is not None:
        return Campaign.objects.filter(pk__in=list(records.named)).exclude(state__in=started.ENDED)
    ran = Q(state__in=(CampaignState.RUNNING, CampaignState.PAUSED))
    had_its_time = Q(scheduled_at=None) | Q(scheduled_at__lte=restoration.until)
    return Campaign.objects.filter(ran | Q(had_its_time, state=CampaignState.SCHEDULED))


def _since(taken_at: datetime) -> datetime:
    newest = Submission.objects.exclude(state=SubmissionState.LOST).order_by("-pk").first()
    seen = min(taken_at, newest.started_at) if newest else taken_at
    return max(seen, taken_at - LONGEST_DUMP) - MARGIN


def _chunks(restoration: Restoration, campaigns: list[int]) -> Iterator[tuple[int, int]]:
    """Those that are not done, with their campaigns."""
    cursor = Restoration.objects.values_list("cursor", flat=True).get(pk=restoration.pk)
    rows = Chunk.objects.filter(campaign_id__in=campaigns, pk__gt=cursor).order_by("pk")
    yield from rows.values_list("pk", "campaign_id").iterator(1000)


def _positions(campaigns: QuerySet[Campaign], records: Records | None) -> dict[int, Container[int]]:
    """By campaign, who may have been sent to. Of one that has not started here, nobody knows whether the positions were
    those of the same people when it was started."""
    states: dict[int, str] = dict(campaigns.values_list("pk", "state"))
    if records is None:
        return dict.fromkeys(states, Everybody())
    return {pk: Everybody() if state in started.NOT_STARTED else records.named[pk] for pk, state in states.items()}


def _go_through(chunk_id: int, positions: Container[int], restoration: Restoration) -> None:
    with transaction.atomic():
        rows = Chunk.objects.select_for_update(of=("self",)).select_related("campaign")
        chunk = rows.filter(pk=chunk_id).first()
        if chunk is not None:
            moved = _strand(chunk, positions, _under_way(chunk, restoration), restoration)
            Restoration.objects.filter(pk=restoration.pk).update(cursor=chunk_id, people=F("people") + moved)


def _under_way(chunk: Chunk, restoration: Restoration) -> set[int]:
    """Who is in a request that the backup shows without an outcome, which there will never be."""
    intents = Submission.objects.select_for_update().filter(chunk=chunk, state=SubmissionState.INTENT)
    found = dict(intents.values_list("pk", "positions"))
    words = Words(RESTORED, {"at": written(restoration.taken_at)}).pack()
    Submission.objects.filter(pk__in=found).update(
        state=SubmissionState.UNKNOWN, words=words, finished_at=timezone.now()
    )
    Chunk.objects.filter(pk=chunk.pk).update(orphaned=False)
    return {position for positions in found.values() for position in in_order(positions)}


def _strand(chunk: Chunk, positions: Container[int], under_way: set[int], restoration: Restoration) -> int:
    waiting = Recipient.objects.filter(campaign=chunk.campaign_id, position__range=(chunk.first, chunk.last))
    waiting = waiting.filter(state__in=SENDABLE_STATES).order_by("pk").select_for_update(no_key=True)
    people = dict(waiting.values_list("pk", "position"))
    chosen = {pk: place for pk, place in people.items() if place in positions or place in under_way}
    if chosen:
        words = Words(RESTORED, {"at": written(restoration.taken_at)}).pack()
        Recipient.objects.filter(pk__in=chosen).update(
            state=RecipientState.UNKNOWN,
            reason=words,
            held_until=None,
            submission=_lost(chunk, list(chosen.values()), words, restoration),
            attempts=F("attempts") + 1,
            changed_at=timezone.now(),
        )
    return len(chosen)


def _lost(chunk: Chunk, positions: list[int], words: str, restoration: Restoration) -> Submission:
    """What stands for the requests that may have left: receipts and records are matched by its times."""
    return Submission.objects.create(
        reference=f"{chunk.campaign.reference}-{chunk.number}-{chunk.token}-lost",
        campaign=chunk.campaign,
        chunk=chunk,
        token=chunk.token,
        positions=in_ranges(positions),
        size=len(positions),
        state=SubmissionState.LOST,
        started_at=restoration.since,
        finished_at=restoration.until,
        words=words,
    )


def _end(restoration: Restoration, records: Records | None) -> None:
    unplaced = sum(records.elsewhere.values()) if records else 0
    with transaction.atomic():
        current = Restoration.objects.select_for_update().get(pk=restoration.pk)
        current.unplaced, current.finished_at = unplaced, timezone.now()
        current.save(update_fields=["unplaced", "finished_at"])
        values = {"at": written(current.taken_at), "people": current.people, "requests": unplaced}
        record(ActivityKind.RESTORED, Words(ELSEWHERE if unplaced else ALL, values), attention=bool(unplaced))
