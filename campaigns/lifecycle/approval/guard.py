"""Whether a campaign may start as far as approvals go. Asked wherever something starts, under the campaign's lock."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Campaign
from campaigns.models.statuses import CampaignState
from providers.contract.words import Words, gettext_noop

from .digests import digest
from .limits import reasons

NEEDED = Words(gettext_noop("It needs the approval of somebody who did not compose it. Ask for it first."))
VOID = Words(gettext_noop("It was changed after it had been approved, so the approval is void. Ask for it again."))


def is_approved(campaign: Campaign) -> bool:
    """Whether somebody approved the campaign exactly as it is now."""
    return campaign.approved_at is not None and campaign.approval_digest == digest(campaign)


def lacking(campaign: Campaign) -> list[Words]:
    """The approval that *campaign*, as the database has it, needs and does not have."""
    if is_approved(campaign) or not reasons(campaign):
        return []
    return [NEEDED if campaign.approved_at is None else VOID]


def prepare(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Before the transaction of a start: say what is void, and work out what takes long while no row is locked."""
    if not void_if_changed(campaign.pk, user) and campaign.approved_at is None:
        reasons(campaign)


def composers(campaign: Campaign) -> set[int]:
    """Users who made the campaign what it is, or asked for its approval: none of them may give it."""
    some = (campaign.created_by_id, campaign.changed_by_id, campaign.approval_asked_by_id)
    return {user for user in some if user is not None}


def note_change(campaign_id: int, user: AbstractBaseUser | None) -> None:
    """Remember who changed a draft last, and take its approval away if what was approved is no longer there."""
    if user is not None:
        Campaign.objects.filter(pk=campaign_id, state=CampaignState.DRAFT).update(changed_by_id=user.pk)
    void_if_changed(campaign_id, user)


def void_if_changed(campaign_id: int, user: AbstractBaseUser | None) -> bool:
    """Take the approval of a draft away and say so, if what was approved has changed. Returns whether it was so."""
    approved = Campaign.objects.filter(pk=campaign_id, state=CampaignState.DRAFT, approved_at__isnull=False)
    if not approved.exists():
        return False
    with transaction.atomic():
        current = approved.select_for_update(of=("self",), no_key=True).first()
        if current is None or is_approved(current):
            return False
        forget(current)
        record(ActivityKind.APPROVAL_VOID, VOID, campaign=current, user=user, attention=True)
    return True


def forget(current: Campaign) -> None:
    """The locked campaign as if nobody had asked for an approval or given one."""
    current.approval_asked_by_id = current.approval_asked_at = None
    current.approved_by_id = current.approved_at = None
    current.approval_digest = ""
    current.save(update_fields=[*APPROVAL, "updated_at"])


APPROVAL = ("approval_asked_by", "approval_asked_at", "approved_by", "approved_at", "approval_digest")
"""The columns of a campaign that are about its approval."""
