"""Leases: whoever works on a row holds it until a moment, after which somebody else may take it over."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from notifyadmin.wake import publish

WOKEN = 100
"""Rows for which a worker is woken at once; the sweeper comes again soon."""

WAKE_SECONDS = 10.0
"""A wake-up that nobody has taken by then was published again."""


def free(now: datetime) -> Q:
    """Rows that nobody holds at *now*, or whose holder has not been heard of for longer than its lease."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=now)


def wake(rows: QuerySet[Any], task: str) -> None:
    """Publish *task* for those of *rows* that nobody holds; being asked twice does no harm."""
    for pk in rows.filter(free(timezone.now())).values_list("pk", flat=True)[:WOKEN]:
        publish(task, pk, expires=WAKE_SECONDS)
