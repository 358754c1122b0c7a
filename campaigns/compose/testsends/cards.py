"""What pages show of tests."""

from typing import Any

from campaigns.models import Campaign

from .forms import TrialForm
from .selectors import SHOWN, remembered, seconds_until_news, trials


def shown(campaign: Campaign, most: int = SHOWN) -> dict[str, Any]:
    """Context of the list of the latest tests; ``older_trials`` says whether there are more than *most*."""
    found = trials(campaign, most + 1)
    return {"trials": found[:most], "look_again": seconds_until_news(found), "older_trials": len(found) > most}


def card(campaign: Campaign, user: Any) -> dict[str, Any]:
    """Context of the card on the check page: the form, and the latest tests."""
    return shown(campaign) | {"trial_form": TrialForm(campaign, initial=first_values(user))}


def first_values(user: Any) -> dict[str, Any]:
    """What the form begins with: the numbers of the last test, and the first recipient."""
    return {"numbers": remembered(user), "position": 1}
