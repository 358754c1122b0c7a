"""Asking for an approval, giving it, sending back, and taking the question back."""

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.lifecycle.base import NotPossible, locked, require
from campaigns.lifecycle.readiness import incomplete
from campaigns.models import ActivityKind, Campaign
from campaigns.models.statuses import CampaignState
from providers.contract.words import Words, gettext_noop

from .digests import digest
from .guard import APPROVAL, VOID, composers, forget
from .limits import reasons

NOTE_LENGTH = 500
PERMISSION = "campaigns.approve_campaign"

NOT_NEEDED = Words(gettext_noop("This campaign needs no approval. Whoever may start it can do so."))
OWN = Words(gettext_noop("You composed this campaign or asked for its approval, so somebody else has to look at it."))
MAY_NOT = Words(gettext_noop("You may not approve campaigns."))
CHANGED = Words(
    gettext_noop("It is no longer what you looked at, so it is a draft again. Its composer has to ask anew.")
)
NO_REASON = Words(gettext_noop("Say why, so that the composer knows what to change."))
ASKED = gettext_noop("Waits for the approval of somebody else. Recipients: %(count)s.")
APPROVED = gettext_noop("Approved. Recipients: %(count)s.")
APPROVED_WITH = gettext_noop("Approved. Recipients: %(count)s. Note: %(note)s")
REFUSED = gettext_noop("Sent back to its composer: %(reason)s")
TAKEN_BACK = Words(gettext_noop("Taken back to be changed; the question for an approval no longer stands."))


def ask(campaign: Campaign, user: AbstractUser) -> None:
    """Let a draft wait for somebody else's approval. Raises NotPossible."""
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.DRAFT)
        for words in incomplete(current):
            raise NotPossible(words)
        if not reasons(current):
            raise NotPossible(NOT_NEEDED)
        current.state = CampaignState.PENDING_APPROVAL
        current.approval_asked_by_id, current.approval_asked_at = user.pk, timezone.now()
        current.approved_by_id = current.approved_at = None
        current.approval_digest = digest(current)
        current.save(update_fields=["state", *APPROVAL, "updated_at"])
        words = Words(ASKED, {"count": current.total})
        record(ActivityKind.APPROVAL_ASKED, words, campaign=current, user=user, attention=True)
    campaign.refresh_from_db()


def approve(campaign: Campaign, user: AbstractUser, *, seen: str, note: str = "") -> None:
    """Let the campaign start as it is. *seen* is the digest of what *user* looked at.

    Raises NotPossible; where it is no longer what was asked about or seen, it is a draft again.
    """
    with transaction.atomic():
        current = _decided(campaign, user)
        still = digest(current)
        changed = not still == current.approval_digest == seen
        if changed:
            _back_to_draft(current)
            record(ActivityKind.APPROVAL_VOID, VOID, campaign=current, attention=True)
        else:
            current.state = CampaignState.DRAFT
            current.approved_by_id, current.approved_at = user.pk, timezone.now()
            current.save(update_fields=["state", *APPROVAL, "updated_at"])
            record(ActivityKind.APPROVED, _approved_words(current, note), campaign=current, user=user)
    campaign.refresh_from_db()
    if changed:
        raise NotPossible(CHANGED)


def refuse(campaign: Campaign, user: AbstractUser, *, reason: str) -> None:
    """Send it back to its composer, who reads *reason*. Raises NotPossible."""
    if not reason.strip():
        raise NotPossible(NO_REASON)
    with transaction.atomic():
        current = _decided(campaign, user)
        _back_to_draft(current)
        words = Words(REFUSED, {"reason": reason.strip()[:NOTE_LENGTH]})
        record(ActivityKind.APPROVAL_REFUSED, words, campaign=current, user=user, attention=True)
    campaign.refresh_from_db()


def take_back(campaign: Campaign, user: AbstractUser) -> None:
    """Make a draft again of what waits for an approval. Raises NotPossible."""
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.PENDING_APPROVAL)
        _back_to_draft(current)
        record(ActivityKind.APPROVAL_VOID, TAKEN_BACK, campaign=current, user=user)
    campaign.refresh_from_db()


def _decided(campaign: Campaign, user: AbstractUser) -> Campaign:
    current = locked(campaign)
    require(current, CampaignState.PENDING_APPROVAL)
    if not user.has_perm(PERMISSION):
        raise NotPossible(MAY_NOT)
    if user.pk in composers(current):
        raise NotPossible(OWN)
    return current


def _back_to_draft(current: Campaign) -> None:
    current.state = CampaignState.DRAFT
    current.save(update_fields=["state"])
    forget(current)


def _approved_words(current: Campaign, note: str) -> Words:
    values = {"count": current.total, "note": note.strip()[:NOTE_LENGTH]}
    return Words(APPROVED_WITH if values["note"] else APPROVED, values)
