"""Listing the records of the time of which a restored backup knows nothing, an hour or so at a time."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Recipient, Restoration, RestoredListing, SubmissionState
from campaigns.models.statuses import RecipientState
from campaigns.receipts.matching import digits
from providers.contract.abilities import Ability
from providers.contract.events import ReceiptEvent

from .overdue import FAR_ENOUGH

AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""After how long all of it is listed once more, for what was not over at the first time; then always the last."""


def people(restoration: Restoration, campaign_ids: Collection[int]) -> QuerySet[Recipient]:
    """Who became unknown by *restoration* and still is."""
    rows = Recipient.objects.filter(campaign_id__in=campaign_ids, state=RecipientState.UNKNOWN, provider_id="")
    return rows.filter(submission__state=SubmissionState.LOST, submission__started_at=restoration.since)


def due(account_id: int, campaigns: Mapping[Ability, list[int]], now: datetime) -> RestoredListing | None:
    """What of the account is to be listed now, None for nothing. One query where no backup was restored lately."""
    for restoration in Restoration.objects.filter(until__gte=now - FAR_ENOUGH, finished_at__isnull=False):
        for kind, campaign_ids in campaigns.items():
            if people(restoration, campaign_ids).exists():
                listing = _listing(restoration, account_id, kind, now)
                if listing.next_at <= now:
                    return listing
    return None


def window(listing: RestoredListing, longest: timedelta, margin: timedelta) -> tuple[datetime, datetime]:
    """The times between which is listed next."""
    last = min(listing.restoration.until + margin, timezone.now())
    return listing.read_until, min(listing.read_until + longest, max(last, listing.read_until + margin))


def concerning(rows: QuerySet[Recipient], events: Iterable[ReceiptEvent]) -> list[ReceiptEvent]:
    """Those of *events* that are about one of *rows*; a listing is of everybody."""
    told = list(events)
    numbers = {digits(event.number) for event in told} - {""}
    ours = set(rows.filter(number__in=numbers).values_list("number", flat=True)) if numbers else set()
    return [event for event in told if digits(event.number) in ours]


def is_read(listing: RestoredListing, following: str, end: datetime, margin: timedelta) -> bool:
    """Write down that a page of what ends at *end* was read, and *following* is the next; whether that was all."""
    restoration = listing.restoration
    is_over = False
    if following and following != listing.position:
        listing.position = following
    else:
        listing.position, listing.read_until = "", end
        # What is read up to now has been read, although now is a moment later.
        is_over = end >= max(restoration.until, min(restoration.until + margin, timezone.now() - margin))
    if is_over:
        listing.next_at = timezone.now() + AGAIN[min(listing.times, len(AGAIN) - 1)]
        listing.times, listing.read_until = listing.times + 1, restoration.since
    listing.save(update_fields=["position", "read_until", "times", "next_at"])
    return is_over


def _listing(restoration: Restoration, account_id: int, kind: Ability, now: datetime) -> RestoredListing:
    defaults = {"read_until": restoration.since, "next_at": now}
    found, _ = RestoredListing.objects.get_or_create(
        restoration=restoration, account_id=account_id, kind=kind.value, defaults=defaults
    )
    found.restoration = restoration
    return found
