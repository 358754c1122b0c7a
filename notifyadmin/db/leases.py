"""Leases: whoever works on a row holds it until a moment, after which somebody else may take it over."""

from datetime import datetime

from django.db import models
from django.db.models import Q


class LeasedRow(models.Model):
    """The columns by which a background job holds a row.

    ``token`` counts the leases: whoever works on the row writes with its own token only, so that a worker that was
    given up changes nothing any more. ``tries`` counts the workers that took the row and did not give it back.
    """

    token = models.PositiveIntegerField(default=0, db_default=0)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


def free(now: datetime) -> Q:
    """Rows that nobody holds at *now*, or whose holder has not been heard of for longer than its lease."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=now)
