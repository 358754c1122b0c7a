"""Numbers of leases that were never given out before, by whatever this database has forgotten.

References are made of them. After a restored backup they would be given out a second time, and a receipt of a request
that the backup does not know would be taken for that of a newer one.
"""

from datetime import UTC, datetime

from django.db.models import Case, F, When

from campaigns.models import Chunk

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def renew(moment: datetime) -> None:
    """Take all leases away, and let those that come be numbered as they never were before *moment*.

    They count on from the seconds since 2026, which leases do not come up to: each takes longer than a second.
    """
    token = max(0, int((moment - _BEGIN).total_seconds()))
    left = Case(When(lease_until__isnull=False, then=True), default=F("orphaned"))
    Chunk.objects.filter(token__lt=token).update(token=token, orphaned=left, lease_until=None)
