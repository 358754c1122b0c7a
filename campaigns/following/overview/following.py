"""The numbers of a campaign's page: what of it moves, in a handful of queries however many recipients there are."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from campaigns.counters import selectors
from campaigns.counters.selectors import Figures
from campaigns.lifecycle.costs.balances import balances
from campaigns.lifecycle.costs.spent import estimated, spent, written
from campaigns.models import Campaign, Hold
from campaigns.models.statuses import LIVE_STATES, CampaignState, RecipientState
from campaigns.receipts.refused import came_after_refusal, may_concern_waiting

from .ahead import ahead
from .holding import holding_up
from .picture import moved, picture
from .reasons import reasons_of


def context(campaign: Campaign, *, may_send_again: bool, hold: Hold | None = None) -> dict[str, Any]:
    """Context of the bar, the tiles, the picture and the reasons. *hold* is that of all sending."""
    figures = selectors.figures(campaign)
    tally = figures.states
    listed = reverse("campaigns:recipients", args=[campaign.pk])
    notices = holding_up(campaign, tally, hold)
    found = moved(campaign)
    return {
        "campaign": campaign,
        "counts": [(*count, f"{listed}?state={count[0]}") for count in selectors.counts(tally)],
        "share": _share_of(tally, campaign.total),
        "counted": sum(tally.values()),
        "waiting_to_go": tally.get(RecipientState.PENDING, 0) + tally.get(RecipientState.HELD, 0),
        "unknown": tally.get(RecipientState.UNKNOWN, 0),
        "unknown_url": f"{listed}?state={RecipientState.UNKNOWN}",
        "holding": notices,
        **_refused(campaign),
        "ahead": ahead(campaign, tally, notices, found),
        "figures": figures,
        "reasons": reasons_of(campaign, figures, may_send_again=may_send_again),
        "waiting": _waiting(campaign, tally),
        "cost": _cost(campaign, figures),
        "balances": balances(campaign),
        "picture": picture(campaign, found),
        "all_held": hold is not None,
        "is_live": campaign.state in LIVE_STATES,
    }


def _share_of(tally: Mapping[str, int], total: int) -> float:
    """Per cent of the recipients who are past waiting."""
    waiting = tally.get(RecipientState.PENDING, 0) + tally.get(RecipientState.HELD, 0)
    return 100 * (total - waiting) / total if total else 0.0


def _refused(campaign: Campaign) -> dict[str, Any]:
    """What whoever is about to resume should know; looked for while nothing is sent."""
    if campaign.state != CampaignState.PAUSED:
        return {"after_refusal": 0, "may_concern": 0}
    return {"after_refusal": came_after_refusal(campaign), "may_concern": may_concern_waiting(campaign)}


def _waiting(campaign: Campaign, tally: Mapping[str, int]) -> dict[str, Any]:
    oldest = selectors.oldest_waiting(campaign, tally)
    seconds = selectors.seconds_since(oldest) if oldest else None
    return {"number": tally.get(RecipientState.SUBMITTED, 0), "oldest": oldest, "seconds": seconds}


def _cost(campaign: Campaign, figures: Figures) -> dict[str, Any]:
    so_far = spent(campaign, figures)
    return {"so_far": so_far.shown, "reckoned": so_far.reckoned, "estimate": written(estimated(campaign))}
