"""What every change of a campaign's state begins with: its row's lock, and whether the change is possible."""

from campaigns.models import Campaign
from campaigns.models.held import is_held
from campaigns.models.statuses import CampaignState
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

HELD = Words(
    gettext_noop(
        "All sending is held, so nothing can start, go on or be tried now. What already runs stays as it is and goes "
        "on when sending is released. The page “Sending” says why it is held."
    )
)


class NotPossible(Refusal):
    """What was asked for cannot be done now; ``words`` says why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(words)


def locked(campaign: Campaign) -> Campaign:
    """The campaign as it is now, under its row's lock. Needs a transaction."""
    return Campaign.objects.select_for_update(of=("self",), no_key=True).select_related("account").get(pk=campaign.pk)


def require(campaign: Campaign, *states: CampaignState) -> None:
    """Raises NotPossible unless the campaign is in one of *states*."""
    if campaign.state not in states:
        words = gettext_noop("This is not possible while the campaign is in the state “%(state)s”. Reload the page.")
        raise NotPossible(Words(words, {"state": CampaignState(campaign.state).label}))


def require_unheld() -> None:
    """Raises NotPossible while all sending is held."""
    if is_held():
        raise NotPossible(HELD)
