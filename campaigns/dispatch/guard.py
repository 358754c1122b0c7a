"""Stopping a campaign that sending itself has found to be wrong."""

from campaigns.models import Campaign
from campaigns.statuses import CampaignState
from providers.contract.words import Words, gettext_noop

ALWAYS_REFUSED = Words(
    gettext_noop(
        "The provider refused request after request, whoever was in them, so sending was stopped. "
        "Check the content and the options against its words, then resume. Nobody is lost."
    )
)


def stop_campaign(campaign_id: int, raw: str) -> None:
    """Pause a running campaign with the provider's words."""
    running = Campaign.objects.filter(pk=campaign_id, state=CampaignState.RUNNING)
    running.update(state=CampaignState.PAUSED, pause_words=ALWAYS_REFUSED.pack(), pause_raw=raw)
