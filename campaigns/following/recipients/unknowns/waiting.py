"""Deciding about recipients who wait: that they were sent to already, or never will be. Nobody of them is sent to then.

Only while nothing can leave: a worker has whom it is about to send to in its memory.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.alerts.services import record
from campaigns.lifecycle.base import NotPossible, locked
from campaigns.models import ActivityKind, Campaign, Chunk, Recipient
from campaigns.models.held import is_held
from campaigns.models.statuses import SENDABLE_STATES, CampaignState, RecipientState
from providers.contract.words import Words, gettext_noop

from .services import chunks_of, positions_of


class Waiting(models.TextChoices):
    SENT = "sent", _("Treat as sent")
    SKIP = "skip", _("Skip")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A choice explained, like those about unknown recipients."""

    choice: Waiting
    state: RecipientState
    reason: str
    said: str
    said_with_note: str
    consequence: Any
    when: Any
    warning: Any = ""


MEANINGS = {
    Waiting.SENT: Meaning(
        Waiting.SENT,
        RecipientState.SUBMITTED,
        gettext_noop("%(user)s decided that this person was sent to already. A receipt is waited for."),
        gettext_noop("Waiting recipients taken for sent: %(count)s."),
        gettext_noop("Waiting recipients taken for sent: %(count)s. Note: %(note)s"),
        _(
            "They count as submitted and wait for their receipts. Nobody is sent to. If no receipt comes in the time "
            "set for the account, they expire."
        ),
        _("Choose this when the provider's own records or bill show that it took them."),
    ),
    Waiting.SKIP: Meaning(
        Waiting.SKIP,
        RecipientState.SKIPPED,
        gettext_noop("Skipped by staff (%(user)s)."),
        gettext_noop("Waiting recipients skipped: %(count)s."),
        gettext_noop("Waiting recipients skipped: %(count)s. Note: %(note)s"),
        _("They are never sent to in this campaign, which can finish without them."),
        _("Choose this when they should not be disturbed. It cannot be taken back."),
    ),
}

SENDS = Words(
    gettext_noop(
        "The campaign is sending, so some of them may be on their way this very moment. Pause it, or hold all sending, "
        "then decide."
    )
)
ENDED = Words(gettext_noop("Nobody waits to be sent to in this campaign now, because it does not run."))
UNDER_WAY = Words(
    gettext_noop(
        "A worker still has requests of these people under way. Wait a minute, then decide. Nothing was changed."
    )
)


def hindrance(campaign: Campaign) -> Words | None:
    """Why nobody can decide about those who wait in *campaign* now."""
    if campaign.state == CampaignState.PAUSED:
        return None
    if campaign.state != CampaignState.RUNNING:
        return ENDED
    return None if is_held() else SENDS


def decide(
    campaign: Campaign,
    choice: Waiting,
    user: AbstractBaseUser | None,
    *,
    recipient_ids: Collection[int] | None = None,
    among: QuerySet[Recipient] | None = None,
    note: str = "",
) -> int:
    """Move those who wait as *choice* says; returns how many. Who does not wait any more stays as he is.

    *recipient_ids* and *among* choose as in :func:`.services.resolve`. Raises NotPossible while the campaign sends, or
    while a worker holds one of their chunks.
    """
    now, meaning = timezone.now(), MEANINGS[choice]
    with transaction.atomic():
        current = locked(campaign)
        words = hindrance(current)
        if words is not None:
            raise NotPossible(words)
        chosen = _chosen(current, recipient_ids, among)
        _require_free(current, chosen)
        reason = Words(meaning.reason, {"user": user.get_username() if user else "?"}).pack()
        count = _move(chosen, meaning.state, reason, now)
        if count:
            moved = Recipient.objects.filter(campaign=current, state=meaning.state, changed_at=now, reason=reason)
            note = " ".join(note.split())[:300]
            values = {"count": count, "note": note} if note else {"count": count}
            said = Words(meaning.said_with_note if note else meaning.said, values)
            record(ActivityKind.RESOLVED, said, campaign=current, user=user, positions=positions_of(moved))
    campaign.refresh_from_db()
    return count


def _chosen(
    campaign: Campaign, recipient_ids: Collection[int] | None, among: QuerySet[Recipient] | None
) -> QuerySet[Recipient]:
    waiting = (Recipient.objects.all() if among is None else among).filter(campaign=campaign).order_by()
    waiting = waiting.filter(state__in=SENDABLE_STATES)
    return waiting if recipient_ids is None else waiting.filter(pk__in=recipient_ids)


def _require_free(campaign: Campaign, chosen: QuerySet[Recipient]) -> None:
    """Lock their chunks, so that nobody takes one before this is over; whoever waits in a chunk that was not given back
    may be in a request."""
    theirs = chunks_of(campaign, chosen).order_by("pk")
    list(theirs.select_for_update(no_key=True).values_list("pk"))
    taken = Chunk.objects.filter(pk__in=theirs.values("pk")).filter(Q(lease_until__isnull=False) | Q(orphaned=True))
    if taken.exists():
        raise NotPossible(UNDER_WAY)


def _move(chosen: QuerySet[Recipient], state: RecipientState, reason: str, now: datetime) -> int:
    """One guarded statement; the rows are locked in their order, like receipts lock them."""
    ordered = chosen.order_by("pk").select_for_update(no_key=True).values("pk")
    sent = state == RecipientState.SUBMITTED
    return Recipient.objects.filter(pk__in=ordered, state__in=SENDABLE_STATES).update(
        state=state,
        reason=reason,
        held_until=None,
        submitted_at=Coalesce(F("submitted_at"), Value(now)) if sent else F("submitted_at"),
        settled_at=None if sent else now,
        changed_at=now,
    )
