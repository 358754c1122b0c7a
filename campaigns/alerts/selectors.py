"""Reading the activity list."""

from dataclasses import dataclass

from django.db.models import QuerySet

from campaigns.models import Activity, Campaign
from notifyadmin.web.actions import Action, allowed

from .remedies import remedy

SHOWN = 8
MOST_OPEN = 50
MOST_COUNTED = 100
"""The number in the navigation goes no further: it is asked for on every page."""


@dataclass(frozen=True, slots=True)
class Matter:
    """An open alert and where it is solved, if the reader may go there."""

    line: Activity
    action: Action | None


def lines() -> QuerySet[Activity]:
    """All lines, newest first, with what is shown beside them. The positions are long and shown nowhere."""
    related = ("account", "campaign", "user", "done_by")
    return Activity.objects.select_related(*related).defer("positions").order_by("-id")


def latest(campaign: Campaign) -> list[Activity]:
    """The newest lines about *campaign*."""
    return list(lines().filter(campaign=campaign)[:SHOWN])


def waiting() -> QuerySet[Activity]:
    """What needs a person."""
    return lines().filter(attention=True, done_at__isnull=True)


def open_alerts(user: object, most: int = MOST_OPEN) -> list[Matter]:
    """What needs a person, newest first, with what *user* can do about it. One statement."""
    return [Matter(line, _open_to(user, line)) for line in waiting()[:most]]


def _open_to(user: object, line: Activity) -> Action | None:
    action = remedy(line)
    return next(iter(allowed([action], user)), None) if action else None


def count_open(user: object) -> int:
    """How many alerts need a person, at most :data:`MOST_COUNTED`. One statement."""
    ids = Activity.objects.filter(attention=True, done_at__isnull=True).order_by("-id").values("pk")
    return ids[:MOST_COUNTED].count()
