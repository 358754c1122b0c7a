"""The start of a draft, and what stands against it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.compose import checks
from campaigns.compose.base import load_campaign
from campaigns.lifecycle import services as life
from campaigns.lifecycle.costs.estimating import remember
from campaigns.lifecycle.scheduling import services as scheduling
from campaigns.models import Campaign
from campaigns.models.statuses import CampaignState
from notifyadmin.web.errors import Refusal
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView

NOT_STARTED = (CampaignState.DRAFT, CampaignState.SCHEDULED)


def refuse_what_blocks(campaign: Campaign) -> None:
    """What the check of a campaign before its start forbids. Raises Refusal."""
    if campaign.state in NOT_STARTED:
        for item in checks.stopping(campaign):
            raise Refusal(f"{item.title}. {item.detail}".strip())


def start_now(campaign: Campaign, user: Any) -> Any:
    """Start the *campaign*, or schedule what its draft has planned. Returns what to say instead of “started”.

    Raises Refusal.
    """
    refuse_what_blocks(campaign)
    if campaign.state in NOT_STARTED:
        remember(campaign)
    if campaign.is_draft and campaign.scheduled_at:
        scheduling.schedule(campaign, campaign.scheduled_at, user)
        return _("Scheduled. It starts by itself at that time.")
    life.start(campaign, user)
    if campaign.is_waiting:
        return _("Nothing is sent yet. It starts by itself as soon as what it waits for is there.")
    return None


class StartCampaign(ActionView[Campaign]):
    """Start, or schedule the start that the draft has planned. What the check forbids is refused here again."""

    permission_required = "campaigns.start_campaign"
    model = Campaign
    success_message = _("The campaign has started.")

    def perform(self, request: StaffRequest) -> Any:
        return start_now(load_campaign(self.kwargs["pk"]), request.user)

    def get_success_url(self) -> str:
        # A draft's page is its check.
        return reverse("campaigns:detail", args=[self.kwargs["pk"]])
