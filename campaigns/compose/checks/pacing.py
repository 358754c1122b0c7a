"""What the check tells about limits, quiet hours and the schedule: how many can go at the start, when the others go."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext

from campaigns.models import Campaign
from campaigns.sending.forecast import forecast, is_limited
from campaigns.sending.forecasts import Forecast
from notifyadmin.caching import kept

AT_ONCE = 20_000
"""Recipients whose forecast is made while the page waits: some 0.4 s. That of more is asked for by the page itself."""

KEPT_SECONDS = 60
MOST_LINES = 8


def pace(campaign: Campaign, *, patient: bool = False) -> dict[str, Any]:
    """Context of the card: nothing where nobody can be held, ``is_slow`` where it has to be asked for *patient*-ly."""
    if not campaign.total or not is_limited(campaign):
        return {}
    if campaign.total > AT_ONCE and not patient:
        return {"pace": {"is_slow": True}}
    found = _forecast(campaign)
    lines = [
        {"until": held.until, "count": number_format(held.count, force_grouping=True), "words": held.words}
        for held in found.coarse(MOST_LINES)
    ]
    planned = _planned(campaign)
    first = gettext("Go in the first minute") if found.end else gettext("Can go at the start")
    counts = [
        ("delivered", first if found.end or planned else gettext("Can go now"), found.now),
        ("held", gettext("Would wait"), found.later),
    ]
    told = {"lines": lines, "later": found.later, "end": found.end, "planned": planned}
    return {"pace": {"counts": [count for count in counts if count[2]], **told}}


def starting_at(campaign: Campaign) -> datetime:
    """When it is to start: the planned time, or now."""
    return _planned(campaign) or timezone.now()


def _planned(campaign: Campaign) -> datetime | None:
    at = campaign.scheduled_at
    return at if at and at > timezone.now() else None


def _forecast(campaign: Campaign) -> Forecast:
    """For large campaigns at most a minute old, so that leafing back and forth does not count everybody again."""
    if campaign.total <= AT_ONCE:
        return forecast(campaign, starting_at(campaign))
    account = campaign.account
    changed = f"{campaign.updated_at.timestamp()}-{account.updated_at.timestamp()}"
    key = f"forecast-{campaign.pk}-{campaign.total}-{account.pk}-{changed}"
    return kept(key, lambda: forecast(campaign, starting_at(campaign)), KEPT_SECONDS)
