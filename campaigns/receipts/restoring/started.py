"""Campaigns that a backup shows as not started yet, and that may have run since."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Campaign, Recipient, Restoration
from campaigns.models.statuses import CampaignState, RecipientState
from providers.contract.words import Words, gettext_noop

from .records import Records

ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)
NOT_STARTED = (CampaignState.DRAFT, CampaignState.PENDING_APPROVAL, CampaignState.SCHEDULED)

RAN = Words(
    gettext_noop(
        "The database was restored from a backup of a time before this campaign started, and it may have run since. "
        "Whoever may have been sent to is unknown. Look at them, decide, then resume or cancel it."
    )
)


def mark(concerned: QuerySet[Campaign], restoration: Restoration, records: Records | None) -> None:
    """Pause those of *concerned* that have not started here, so that receipts look for their people and a person looks
    at them before anybody else is sent to."""
    for pk in list(concerned.filter(state__in=NOT_STARTED).order_by("pk").values_list("pk", flat=True)):
        at = records.named[pk].at if records else restoration.since
        with transaction.atomic():
            _pause(Campaign.objects.select_for_update(of=("self",)).get(pk=pk), at)


def _pause(campaign: Campaign, at: datetime) -> None:
    unknown = Recipient.objects.filter(campaign=campaign, state=RecipientState.UNKNOWN)
    if campaign.state not in NOT_STARTED or not unknown.exists():
        return
    campaign.started_at = campaign.scheduled_at or at
    campaign.state, campaign.late, campaign.pause_words, campaign.pause_raw = (
        CampaignState.PAUSED,
        False,
        RAN.pack(),
        "",
    )
    campaign.save(update_fields=["state", "started_at", "late", "pause_words", "pause_raw", "updated_at"])
    record(ActivityKind.PAUSED, RAN, campaign=campaign, attention=True)
