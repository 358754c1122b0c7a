"""What the sweeper does every few seconds: find what was left behind, and close what is done."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.alerts.notifications import sending as notices
from campaigns.alerts.overdue_reviews import tell_overdue_reviews
from campaigns.alerts.services import record
from campaigns.alerts.sync import sync_alerts
from campaigns.counters.rollups.compact import compact_movements, compact_old_minutes, compact_tallies
from campaigns.exports import keeping as exports
from campaigns.exports.writing import wake_exports
from campaigns.lifecycle.costs.balances import wake_missing as wake_missing_balances
from campaigns.lifecycle.scheduling.services import start_scheduled
from campaigns.models import ActivityKind, Campaign, Chunk, Recipient, Tally
from campaigns.models.held import is_held
from campaigns.models.statuses import OPEN_STATES, CampaignState, RecipientState
from campaigns.people.audience import keeping as lists
from campaigns.people.audience.working import wake_lists
from campaigns.privacy.working import wake_erasures
from campaigns.receipts.ingest import rematch, retry_waiting
from campaigns.sending import chunk_leases
from campaigns.sending.hold import hold_by_setting
from campaigns.sending.number_limits import forget_old
from campaigns.sending.pace import Pace, waits_until
from campaigns.sending.rate_limiter import Limits, closed_until
from campaigns.sending.recipient_events import note_expired
from campaigns.sending.tripwire.guard import guard
from campaigns.sending.wake import publish_dispatch
from notifyadmin.db.leases import free
from notifyadmin.queues import SWEEP_SECONDS
from providers.contract.words import Words, gettext_noop
from providers.voicefiles.copies import wake_copies
from providers.voicefiles.keeping import remove_forgotten
from providers.voicetemplates.services import wake_waiting
from providers.webhooks.draining import take_over_left_behind
from providers.webhooks.models import InboundPush, PushState
from providers.webhooks.wake import wake_receipts

logger = logging.getLogger(__name__)

EXPIRED = Words(gettext_noop("The provider took it, but no receipt came in the time set for the account."))
FINISHED = Words(gettext_noop("Finished: everybody has a final state."))


def sweep() -> None:
    """Wake what is due, match what waited, close what is done.

    A step that fails is logged and does not keep the others from their work; the last failure is raised in the end.
    """
    failure: Exception | None = None
    for step in STEPS:
        try:
            step()
        except Exception as error:
            logger.exception("%s failed", step.__name__)
            failure = error
    if failure is not None:
        raise failure


def look_at_database() -> None:
    """Hold all sending if the database is older than what left it, or another one; also when nothing is sent."""
    guard.look()


def wake_due_campaigns() -> None:
    """One wake-up per running campaign that has a chunk which is due and leased by nobody, if its gate and its own
    schedule let it send."""
    if is_held():
        return
    now = timezone.now()
    due = Chunk.objects.filter(free(now), campaign__state=CampaignState.RUNNING, next_attempt_at__lte=now)
    campaigns = Campaign.objects.filter(pk__in=due.order_by().values("campaign_id")).select_related("account__gate")
    for campaign in campaigns:
        gate = getattr(campaign.account, "gate", None)
        pace = Pace.of(campaign)
        if pace and waits_until(pace, now):
            continue
        if gate is None or not closed_until(gate, Limits.of(campaign.account), now):
            # The next sweep asks again: what is not taken until then must not pile up before other campaigns.
            publish_dispatch(campaign.pk, expires=SWEEP_SECONDS)


def recover_abandoned() -> None:
    """Settle whoever a vanished worker left in the middle of a request.

    Also in running campaigns, where the next claim of the chunk does the same: the workers may have enough other chunks
    in hand for minutes.
    """
    now = timezone.now()
    while claims := chunk_leases.claim_abandoned(now):
        for claim in claims:
            chunk_leases.settle_orphans(claim, now)
        chunk_leases.release(claims, now)


def cancel_waiting() -> None:
    """Whoever still waits in a campaign that is being cancelled will never be sent to.

    Chunks that a worker still holds come when it has given them back.
    """
    for campaign_id in Campaign.objects.filter(state=CampaignState.CANCELLING).values_list("pk", flat=True):
        while chunk_leases.cancel_chunks(campaign_id, timezone.now()):
            pass


def close_campaigns() -> None:
    """Finish what runs, and end what is being cancelled, when every recipient is final."""
    _close(CampaignState.RUNNING, CampaignState.FINISHED)
    _close(CampaignState.CANCELLING, CampaignState.CANCELLED)


def expire() -> None:
    """Give up waiting for receipts after the time set per account. A late receipt still corrects it."""
    now = timezone.now()
    active = Campaign.objects.filter(state__in=[CampaignState.RUNNING, CampaignState.CANCELLING, CampaignState.PAUSED])
    for campaign in active.select_related("account"):
        limit = now - timedelta(hours=campaign.account.receipt_wait_hours)
        # Whoever became submitted by a receipt, because the answer was lost, has no time of submission.
        since = Coalesce("submitted_at", "changed_at")
        silent = campaign.recipients.alias(since=since).filter(state=RecipientState.SUBMITTED, since__lt=limit)
        # Locked in their order, like receipts lock them.
        ordered = silent.order_by("pk").select_for_update(no_key=True).values("pk")
        late = Recipient.objects.filter(pk__in=ordered, state=RecipientState.SUBMITTED)
        with transaction.atomic():
            if late.update(state=RecipientState.EXPIRED, reason=EXPIRED.pack(), settled_at=now, changed_at=now):
                note_expired(campaign.pk, EXPIRED.pack(), now)
    rematch(older=True)
    forget_old(now)
    compact_old_minutes(now)
    notices.forget_old(now)
    remove_forgotten()
    lists.forget_old(now)
    lists.remove_forgotten()
    exports.forget_old(now)
    exports.remove_forgotten(now)
    if retry_waiting(older=True):
        wake_receipts()


def _close(state: CampaignState, closed: CampaignState) -> None:
    for campaign in Campaign.objects.filter(state=state):
        with transaction.atomic():
            if not _has_open(campaign):
                still = Campaign.objects.filter(pk=campaign.pk, state=state)
                ended = still.update(state=closed, finished_at=timezone.now(), updated_at=timezone.now())
                if ended and closed == CampaignState.FINISHED and not campaign.is_test:
                    record(ActivityKind.FINISHED, FINISHED, campaign=campaign)


def _has_open(campaign: Campaign) -> bool:
    counts = Tally.objects.filter(campaign=campaign, state__in=OPEN_STATES)
    return bool(counts.aggregate(open=Sum(F("amount")))["open"])


def start_due() -> None:
    start_scheduled(timezone.now())


def wake_receipts_waiting() -> None:
    """Read what was kept and has not been read."""
    if InboundPush.objects.filter(state=PushState.NEW).exists():
        wake_receipts()


STEPS: tuple[Callable[[], object], ...] = (
    look_at_database,
    hold_by_setting,
    start_due,
    wake_due_campaigns,
    recover_abandoned,
    wake_waiting,
    wake_copies,
    wake_lists,
    wake_exports,
    wake_erasures,
    take_over_left_behind,
    retry_waiting,
    wake_receipts_waiting,
    rematch,
    cancel_waiting,
    close_campaigns,
    compact_tallies,
    compact_movements,
    wake_missing_balances,
    tell_overdue_reviews,
    sync_alerts,
)
