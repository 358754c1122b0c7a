"""Into the archive and out of it. Nothing is deleted, and receipts still find their campaign there."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from campaigns.lifecycle.base import NotPossible, locked, require
from campaigns.models import Campaign
from campaigns.models.statuses import CampaignState
from providers.contract.words import Words, gettext_noop

ARCHIVABLE = (CampaignState.DRAFT, CampaignState.FINISHED, CampaignState.CANCELLED)
"""States in which nothing goes on by itself that somebody would have to see."""

IS_TEST = Words(gettext_noop("A test belongs to its campaign and is put away with it."))


def archive(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Hide it from the list and the overview. Raises NotPossible."""
    _set(campaign, archived=True)


def unarchive(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """Show it again. Raises NotPossible."""
    _set(campaign, archived=False)


def _set(campaign: Campaign, *, archived: bool) -> None:
    with transaction.atomic():
        current = locked(campaign)
        require(current, *ARCHIVABLE)
        if current.is_test:
            raise NotPossible(IS_TEST)
        current.archived_at = (current.archived_at or timezone.now()) if archived else None
        current.save(update_fields=["archived_at", "updated_at"])
    campaign.refresh_from_db()
