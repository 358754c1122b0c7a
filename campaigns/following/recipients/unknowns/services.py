"""Writing down what was decided about unknown recipients. A million of them are a handful of statements."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.lifecycle.base import NotPossible, locked
from campaigns.lifecycle.services import wake
from campaigns.models import ActivityKind, Campaign, Chunk, Recipient
from campaigns.models.statuses import CampaignState, RecipientState
from providers.contract.words import Words, gettext_noop

from .choices import MEANINGS, Choice, Meaning

ENDING = (CampaignState.CANCELLING, CampaignState.CANCELLED)
NO_LONGER_SENDS = Words(
    gettext_noop("This campaign was cancelled, so it sends to nobody again. Say that it went, or close them.")
)
SAID = {
    Choice.WENT: gettext_noop("Unknown recipients taken for sent: %(count)s."),
    Choice.AGAIN: gettext_noop("Unknown recipients to be sent to again: %(count)s."),
    Choice.CLOSE: gettext_noop("Unknown recipients closed: %(count)s."),
}
SAID_WITH_NOTE = {
    Choice.WENT: gettext_noop("Unknown recipients taken for sent: %(count)s. Note: %(note)s"),
    Choice.AGAIN: gettext_noop("Unknown recipients to be sent to again: %(count)s. Note: %(note)s"),
    Choice.CLOSE: gettext_noop("Unknown recipients closed: %(count)s. Note: %(note)s"),
}


def resolve(
    campaign: Campaign,
    choice: Choice,
    user: AbstractBaseUser | None,
    *,
    recipient_ids: Collection[int] | None = None,
    among: QuerySet[Recipient] | None = None,
    note: str = "",
) -> int:
    """Move unknown recipients as *choice* says; returns how many. Who is not unknown any more stays as he is.

    *recipient_ids* names up to some thousands, *among* is a filter over the campaign's recipients; without either it
    is all unknown ones. Raises NotPossible for sending again in a campaign that was cancelled.
    """
    now, meaning = timezone.now(), MEANINGS[choice]
    with transaction.atomic():
        current = locked(campaign)
        if choice is Choice.AGAIN and current.state in ENDING:
            raise NotPossible(NO_LONGER_SENDS)
        chosen = _chosen(current, recipient_ids, among)
        if choice is Choice.AGAIN:
            _lock_chunks(current, chosen)
        reason = Words(meaning.reason, {"user": user.get_username() if user else "?"})
        count = _move(chosen, meaning, reason, now)
        if count:
            moved = _moved(current, meaning.state, reason, now)
            _note(current, choice, user, count, note, positions_of(moved))
            _go_on(current, choice, moved, now)
    campaign.refresh_from_db()
    return count


def _chosen(
    campaign: Campaign, recipient_ids: Collection[int] | None, among: QuerySet[Recipient] | None
) -> QuerySet[Recipient]:
    unknown = (Recipient.objects.all() if among is None else among).filter(campaign=campaign).order_by()
    unknown = unknown.filter(state=RecipientState.UNKNOWN)
    return unknown if recipient_ids is None else unknown.filter(pk__in=recipient_ids)


def _lock_chunks(campaign: Campaign, chosen: QuerySet[Recipient]) -> None:
    """Chunks before recipients, the order of all locks."""
    list(chunks_of(campaign, chosen).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def chunks_of(campaign: Campaign, people: QuerySet[Recipient]) -> QuerySet[Chunk]:
    inside = people.filter(position__gte=OuterRef("first"), position__lte=OuterRef("last"))
    return Chunk.objects.filter(Exists(inside), campaign=campaign)


def _move(chosen: QuerySet[Recipient], meaning: Meaning, reason: Words, now: datetime) -> int:
    """One guarded statement. The rows are locked in their order, like receipts lock them."""
    ordered = chosen.order_by("pk").select_for_update(no_key=True).values("pk")
    closed = meaning.state == RecipientState.EXPIRED
    went = meaning.state == RecipientState.SUBMITTED
    return Recipient.objects.filter(pk__in=ordered, state=RecipientState.UNKNOWN).update(
        state=meaning.state,
        reason=reason.pack(),
        held_until=None,
        submitted_at=Coalesce(F("submitted_at"), Value(now)) if went else F("submitted_at"),
        settled_at=now if closed else None,
        changed_at=now,
    )


def _moved(campaign: Campaign, state: RecipientState, reason: Words, now: datetime) -> QuerySet[Recipient]:
    """Those whom this decision has just moved: nobody else has its words and its microsecond."""
    return Recipient.objects.filter(campaign=campaign, state=state, changed_at=now, reason=reason.pack())


def _go_on(campaign: Campaign, choice: Choice, moved: QuerySet[Recipient], now: datetime) -> None:
    """Give those who are open now their next step, and an ended campaign its life back."""
    if choice is Choice.CLOSE:
        return
    if choice is Choice.AGAIN:
        chunks_of(campaign, moved).update(next_attempt_at=now)
    again = {CampaignState.FINISHED: CampaignState.RUNNING, CampaignState.CANCELLED: CampaignState.CANCELLING}
    state = again.get(CampaignState(campaign.state))
    if state:
        # What goes on by itself must be seen.
        campaign.state, campaign.finished_at, campaign.archived_at = state, None, None
        campaign.save(update_fields=["state", "finished_at", "archived_at", "updated_at"])
    if choice is Choice.AGAIN and campaign.state == CampaignState.RUNNING:
        wake(campaign)


def _note(
    campaign: Campaign, choice: Choice, user: AbstractBaseUser | None, count: int, note: str, positions: str
) -> None:
    note = " ".join(note.split())[:300]
    text = SAID_WITH_NOTE[choice] if note else SAID[choice]
    words = Words(text, {"count": count, "note": note} if note else {"count": count})
    record(ActivityKind.RESOLVED, words, campaign=campaign, user=user, positions=positions)


def positions_of(people: QuerySet[Recipient]) -> str:
    """Their positions as ranges ("1-200,205"); neighbours are put together by the database."""
    inner, parameters = people.order_by().values("position").query.sql_with_params()
    sql = f"""
        SELECT MIN(position), MAX(position) FROM (
            SELECT position, position - row_number() OVER (ORDER BY position) AS island FROM ({inner}) AS people
        ) AS islands GROUP BY island ORDER BY 1
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in cursor)
