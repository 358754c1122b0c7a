"""When a campaign starts by itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.alerts import isolation, subjects
from campaigns.alerts.services import record
from campaigns.lifecycle import accounttests
from campaigns.lifecycle.approval import guard as approval
from campaigns.lifecycle.awaiting import awaited, call_for, came_at, forbidding, lost, raw_reason, ready
from campaigns.lifecycle.base import NotPossible, locked, require
from campaigns.lifecycle.services import begin, missing
from campaigns.models import ActivityKind, Campaign
from campaigns.models.held import is_held
from campaigns.models.statuses import CampaignState
from providers.contract.words import Words, gettext_noop

PLANNED = (*("scheduled_at", "time_zone", "window_days", "window_from", "window_until", "spread_until", "per_minute"),)
"""The columns that the schedule of a draft is made of."""

MOST = 200
"""Campaigns decided about in one sweep; what is left over is found by the next one."""

SOONEST = timedelta(minutes=1)
TOO_SOON = Words(gettext_noop("This time is over or less than a minute away. Choose a later one, or start now."))
SCHEDULED = gettext_noop("Scheduled for %(at)s.")
BACK_TO_DRAFT = Words(gettext_noop("Back to a draft; it no longer starts by itself."))
RETURNED = Words(gettext_noop("Back to a draft by itself, because what it waited for will not come."))
WAITED = gettext_noop("What it waited for was there only after its time, %(at)s. A person has to decide.")
SPREAD_OVER = Words(
    gettext_noop(
        "The time until which it was to be spread is over, so everybody would be sent to at once. Take it back to a "
        "draft and change its schedule."
    )
)
AFTER_SPREAD = Words(
    gettext_noop(
        "By then the time until which it is to be spread is over, so everybody would be sent to at once. Choose an "
        "earlier time, or take it back to a draft and change its schedule."
    )
)
MISSED = gettext_noop("Its time, %(at)s, passed while this system was not running. A person has to decide.")
NOT_DECIDED = Words(
    gettext_noop(
        "A fault of this application keeps this campaign from starting by its schedule. It is tried again every few "
        "seconds; the log says more, tell whoever looks after this installation."
    )
)


def plan(campaign: Campaign, values: Mapping[str, Any]) -> None:
    """Set the columns of a draft that are about its schedule; nothing starts by that. Raises NotPossible."""
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.DRAFT)
        for name in PLANNED:
            setattr(current, name, values[name])
        current.save(update_fields=[*PLANNED, "updated_at"])
    campaign.refresh_from_db()


def schedule(campaign: Campaign, at: datetime, user: AbstractBaseUser | None) -> None:
    """Let a draft start at *at*, or give what is scheduled another time.

    Raises NotPossible when the time is not at least a minute away, and for what a start would be refused for.
    """
    approval.prepare(campaign, user)
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.DRAFT, CampaignState.SCHEDULED)
        if at < timezone.now() + SOONEST:
            raise NotPossible(TOO_SOON)
        if current.spread_until and current.spread_until <= at:
            raise NotPossible(AFTER_SPREAD)
        for words in missing(current):
            raise NotPossible(words)
        call_for(current, user)
        current.started_by_id = user.pk if user else None
        _set(current, CampaignState.SCHEDULED, at)
        record(ActivityKind.SCHEDULED, Words(SCHEDULED, {"at": written(at)}), campaign=current, user=user)
    campaign.refresh_from_db()


def unschedule(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Make a draft again of what is scheduled; its time stays planned. Raises NotPossible."""
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.SCHEDULED)
        current.started_by_id = None
        _set(current, CampaignState.DRAFT, current.scheduled_at)
        record(ActivityKind.SCHEDULED, BACK_TO_DRAFT, campaign=current, user=user)
    campaign.refresh_from_db()


def start_scheduled(now: datetime) -> int:
    """Start what is due and waits for nothing, and ask about what is late. Returns how many started.

    What waited in vain becomes a draft again. Nothing starts while all sending is held. Safe beside another sweep: each
    campaign is decided about under its row's lock, and one with which that fails does not hold up the others.
    """
    gone = lost().order_by("pk").values_list("pk", flat=True)[:MOST]
    isolation.for_each_isolated(subjects.START, NOT_DECIDED, gone, _return_to_draft)
    if is_held():
        return 0
    due = _due(now).order_by("scheduled_at", "pk").values_list("pk", flat=True)[:MOST]
    return sum(isolation.for_each_isolated(subjects.START, NOT_DECIDED, due, lambda pk: _start_due(pk, now)))


def written(at: datetime) -> str:
    """A time with its zone, for a stored sentence: in the zone of whoever acts."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M} {timezone.get_current_timezone_name()}"


def _due(now: datetime) -> QuerySet[Campaign]:
    return ready().exclude(accounttests.told()).filter(Q(scheduled_at__lte=now) | Q(scheduled_at=None), late=False)


def _claimed(pk: int, **still: object) -> Campaign | None:
    rows = Campaign.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account")
    return rows.filter(pk=pk, state=CampaignState.SCHEDULED, **still).first()


def _return_to_draft(pk: int) -> None:
    with transaction.atomic():
        current = _claimed(pk)
        if current is None:
            return
        found = forbidding(current)
        if not found:
            # The copy of its file is gone, and the account could take another.
            call_for(current, None)
            return
        raw, current.started_by_id = raw_reason(current), None
        _set(current, CampaignState.DRAFT, current.scheduled_at)
        record(ActivityKind.SCHEDULED, RETURNED, campaign=current)
        for reason in found[1:]:
            record(ActivityKind.SCHEDULED, reason, campaign=current)
        record(ActivityKind.SCHEDULED, found[0], campaign=current, attention=True, raw=raw)


def _start_due(pk: int, now: datetime) -> bool:
    approval.prepare(Campaign.objects.select_related("account").get(pk=pk), None)
    with transaction.atomic():
        current = _claimed(pk, late=False)
        if current is None or (current.scheduled_at and current.scheduled_at > now) or awaited(current):
            return False
        if accounttests.forbids(current):
            accounttests.wait(current)
            return False
        if current.scheduled_at and now - current.scheduled_at > timedelta(minutes=settings.SCHEDULE_LATE_MINUTES):
            _ask_about_time(current, current.scheduled_at)
            return False
        hindered = [*missing(current), *([SPREAD_OVER] if current.spread_until and current.spread_until <= now else [])]
        for words in hindered:
            _ask(current, words, hindered=True)
            return False
        begin(current, None)
    return True


def _ask_about_time(current: Campaign, at: datetime) -> None:
    came = came_at(current)
    waited = bool(current.pause_words) or (came is not None and came > at)
    _ask(current, Words(WAITED if waited else MISSED, {"at": written(at)}), hindered=waited)


def _ask(current: Campaign, words: Words, *, hindered: bool) -> None:
    current.late, current.pause_words = True, words.pack() if hindered else ""
    current.save(update_fields=["late", "pause_words", "updated_at"])
    record(ActivityKind.LATE, words, campaign=current, attention=True)


def _set(current: Campaign, state: CampaignState, at: datetime | None) -> None:
    current.state, current.scheduled_at, current.late, current.pause_words = state, at, False, ""
    current.save(update_fields=["state", "scheduled_at", "late", "pause_words", "started_by", "updated_at"])
