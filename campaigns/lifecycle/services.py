"""What staff do with a campaign: start, pause, resume, cancel."""

from math import ceil

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.lifecycle import accounttests
from campaigns.lifecycle.approval import guard as approval
from campaigns.lifecycle.awaiting import awaited, call_for
from campaigns.lifecycle.base import NotPossible, locked, require, require_unheld
from campaigns.lifecycle.costs.balances import BEFORE, wake_balance
from campaigns.lifecycle.readiness import incomplete
from campaigns.models import ActivityKind, Campaign
from campaigns.models.campaign import CHUNK_SIZE
from campaigns.models.statuses import CampaignState
from campaigns.sending.auto_pause import counted
from campaigns.sending.wake import MOST_AT_ONCE, wake_dispatch
from providers.accounts.models import AccountState
from providers.contract.words import Words, gettext_noop

STARTED = gettext_noop("Started. Recipients: %(count)s.")
WAITS = Words(gettext_noop("To start by itself, as soon as what it waits for is there."))
PAUSED_BY_STAFF = Words(gettext_noop("Paused by staff."))
RESUMED = Words(gettext_noop("Resumed."))
CANCELLED = Words(gettext_noop("Cancelled. Who was not sent to yet will not be."))


def start(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Start a draft, or what is scheduled before its time. Raises NotPossible with the reason if something is missing.

    What waits for its template or voice file is scheduled without a time and starts by itself once that is there.
    As quick for a million recipients as for a thousand: the audience's chunks are due since they were made.
    """
    approval.prepare(campaign, user)
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.DRAFT, CampaignState.SCHEDULED)
        require_unheld()
        for words in missing(current):
            raise NotPossible(words)
        call_for(current, user)
        if awaited(current):
            _wait(current, user)
        else:
            begin(current, user)
    campaign.refresh_from_db()


def begin(current: Campaign, user: AbstractBaseUser | None) -> None:
    """Let the locked campaign run. Without *user* it is who scheduled it that counts as having started it."""
    current.state, current.started_at = CampaignState.RUNNING, timezone.now()
    current.late, current.pause_words, current.proven_at = False, "", None
    if user is not None:
        current.started_by_id = user.pk
    fields = ["state", "started_at", "started_by", "late", "pause_words", "proven_at", "updated_at"]
    current.save(update_fields=fields)
    if not current.is_test:
        record(ActivityKind.STARTED, Words(STARTED, {"count": current.total}), campaign=current, user=user)
    wake_balance(current, BEFORE)
    wake(current)


def _wait(current: Campaign, user: AbstractBaseUser | None) -> None:
    current.state, current.scheduled_at, current.late, current.pause_words = CampaignState.SCHEDULED, None, False, ""
    current.started_by_id = user.pk if user else current.started_by_id
    current.save(update_fields=["state", "scheduled_at", "late", "pause_words", "started_by", "updated_at"])
    record(ActivityKind.SCHEDULED, WAITS, campaign=current, user=user)


def pause(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Stop sending; requests in flight end by themselves. Raises NotPossible."""
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.RUNNING)
        current.state, current.pause_words, current.pause_raw = CampaignState.PAUSED, PAUSED_BY_STAFF.pack(), ""
        current.save(update_fields=["state", "pause_words", "pause_raw", "updated_at"])
        record(ActivityKind.PAUSED, PAUSED_BY_STAFF, campaign=current, user=user, attention=True)
    campaign.refresh_from_db()


def resume(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Go on. Raises NotPossible, also while the account itself is paused."""
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.PAUSED)
        require_unheld()
        if current.account.state != AccountState.ACTIVE:
            raise NotPossible(Words(gettext_noop("The account is paused. Mend what stopped it and resume it first.")))
        current.state, current.pause_words, current.pause_raw = CampaignState.RUNNING, "", ""
        current.guard_base, current.proven_at = counted(current), None
        current.save(update_fields=["state", "pause_words", "pause_raw", "guard_base", "proven_at", "updated_at"])
        record(ActivityKind.RESUMED, RESUMED, campaign=current, user=user)
        wake(current)
    campaign.refresh_from_db()


def cancel(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """End a campaign for good. Who was not yet submitted is cancelled by the next sweep. Raises NotPossible."""
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.SCHEDULED)
        current.state, current.pause_words = CampaignState.CANCELLING, ""
        if current.started_at is None:
            current.scheduled_at, current.late = None, False
        current.save(update_fields=["state", "pause_words", "scheduled_at", "late", "updated_at"])
        record(ActivityKind.CANCELLED, CANCELLED, campaign=current, user=user)
    campaign.refresh_from_db()


def wake(campaign: Campaign) -> None:
    """After the transaction, ask for as many workers as the campaign's size deserves."""
    wake_dispatch(campaign.pk, times=min(MOST_AT_ONCE, ceil(campaign.total / CHUNK_SIZE)))


def missing(campaign: Campaign) -> list[Words]:
    """What a campaign must not start without, whatever page, clock or command starts it.

    What comes by itself is not among it: see scheduling.awaiting.awaited. *campaign* is as the database has it.
    """
    return [*incomplete(campaign), *accounttests.forbidding(campaign), *approval.lacking(campaign)]
