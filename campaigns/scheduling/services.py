"""When a campaign starts by itself."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from campaigns.activity.services import record
from campaigns.models import ActivityKind, Campaign
from campaigns.services import NotPossible, begin, locked, missing, require
from campaigns.statuses import CampaignState
from providers.contract.words import Words, gettext_noop

SOONEST = timedelta(minutes=1)
TOO_SOON = Words(gettext_noop("This time is over or less than a minute away. Choose a later one, or start now."))
SCHEDULED = gettext_noop("Scheduled for %(at)s.")
BACK_TO_DRAFT = Words(gettext_noop("Back to a draft; it no longer starts by itself."))
MISSED = gettext_noop("Its time, %(at)s, passed while this system was not running. A person has to decide.")


def schedule(campaign: Campaign, at: datetime, user: AbstractBaseUser | None) -> None:
    """Let a draft start at *at*, or give what is scheduled another time.

    Raises NotPossible when the time is not at least a minute away, and for what a start would be refused for.
    """
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.DRAFT, CampaignState.SCHEDULED)
        if at < timezone.now() + SOONEST:
            raise NotPossible(TOO_SOON)
        for words in missing(current):
            raise NotPossible(words)
        current.started_by_id = user.pk if user else None
        _set(current, CampaignState.SCHEDULED, at)
        record(ActivityKind.SCHEDULED, Words(SCHEDULED, {"at": written(at)}), campaign=current, user=user)
    campaign.refresh_from_db()


def unschedule(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Make a draft again of what is scheduled. Raises NotPossible."""
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.SCHEDULED)
        current.started_by_id = None
        _set(current, CampaignState.DRAFT, None)
        record(ActivityKind.SCHEDULED, BACK_TO_DRAFT, campaign=current, user=user)
    campaign.refresh_from_db()


def start_scheduled(now: datetime) -> int:
    """Start what is due, and ask about what is late. Returns how many started.

    Safe beside another sweep: each campaign is decided about under its row's lock.
    """
    return sum(_start_due(pk, now) for pk in _due(now).order_by("scheduled_at").values_list("pk", flat=True))


def written(at: datetime) -> str:
    """A time with its zone, for a stored sentence: in the zone of whoever acts."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M} {timezone.get_current_timezone_name()}"


def _due(now: datetime) -> QuerySet[Campaign]:
    return Campaign.objects.filter(state=CampaignState.SCHEDULED, late=False, scheduled_at__lte=now)


def _start_due(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        rows = _due(now).select_for_update(skip_locked=True, of=("self",)).select_related("account")
        current = rows.filter(pk=pk).first()
        if current is None or current.scheduled_at is None:
            return False
        if now - current.scheduled_at > timedelta(minutes=settings.SCHEDULE_LATE_MINUTES):
            _ask(current, Words(MISSED, {"at": written(current.scheduled_at)}), hindered=False)
            return False
        for words in missing(current):
            _ask(current, words, hindered=True)
            return False
        begin(current, None)
    return True


def _ask(current: Campaign, words: Words, *, hindered: bool) -> None:
    current.late, current.pause_words = True, words.pack() if hindered else ""
    current.save(update_fields=["late", "pause_words", "updated_at"])
    record(ActivityKind.LATE, words, campaign=current, attention=True)


def _set(current: Campaign, state: CampaignState, at: datetime | None) -> None:
    current.state, current.scheduled_at, current.late, current.pause_words = state, at, False, ""
    current.save(update_fields=["state", "scheduled_at", "late", "pause_words", "started_by", "updated_at"])
