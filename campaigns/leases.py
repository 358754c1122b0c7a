"""Leases: whoever works on a row holds it until a moment, after which somebody else may take it over."""

from datetime import datetime

from django.db.models import Q


def free(now: datetime) -> Q:
    """Rows that nobody holds at *now*, or whose holder has not been heard of for longer than its lease."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=now)
