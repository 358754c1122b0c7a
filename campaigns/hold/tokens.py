"""Numbers of leases that were never given out before, by whatever this database has forgotten.

References are made of them. After a restored backup they would be given out a second time, and a receipt of a request
that the backup does not know would be taken for that of a newer one.
"""

from datetime import UTC, datetime

from django.db.models import Case, F, When

from campaigns.models import Chunk, Restoration

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def first_token() -> int:
    """What the leases of a new chunk count on from: 0 in a database that was never restored."""
    until = Restoration.objects.order_by("-until").values_list("until", flat=True).first()
    return token_at(until) if until else 0


def token_at(moment: datetime) -> int:
    """The seconds since this was made, which no chunk's leases come up to: each takes longer than one."""
    return max(0, int((moment - _BEGIN).total_seconds()))


def renew(moment: datetime) -> None:
    """Take all leases away, and let those that come be numbered as they never were before *moment*."""
    token = token_at(moment)
    left = Case(When(lease_until__isnull=False, then=True), default=F("orphaned"))
    Chunk.objects.filter(token__lt=token).update(token=token, orphaned=left, lease_until=None)
