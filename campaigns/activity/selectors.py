"""Reading the activity list."""

from django.db.models import QuerySet

from campaigns.models import Activity, Campaign

SHOWN = 8


def lines() -> QuerySet[Activity]:
    """All lines, newest first, with what is shown beside them. The positions are long and shown nowhere."""
    return Activity.objects.select_related("account", "campaign", "user").defer("positions").order_by("-id")


def latest(campaign: Campaign) -> list[Activity]:
    """The newest lines about *campaign*."""
    return list(lines().filter(campaign=campaign)[:SHOWN])
