"""Whom to ask the provider about: recipients that are unknown, and those whose receipt should have come by now."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from campaigns.counters.selectors import tallies_of
from campaigns.models import Asked, Campaign, Recipient, SubmissionState
from campaigns.models.statuses import CampaignState, RecipientState
from providers.contract.abilities import Ability

SETTLE_TIME = timedelta(seconds=60)
"""How old a request must be: before that, its receipt is likelier to come than its record to be there."""

OVERDUE = timedelta(minutes=30)
"""How long a receipt may take before it is asked for."""

RECENT = timedelta(days=3)
"""How long after its end a campaign is still asked about."""

FAR_ENOUGH = timedelta(days=7)
"""Nobody is asked about whose request is older: what the records did not show in a week, they will not."""

GAPS = (timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
"""Between the first times that an unknown recipient is asked for; then always the last."""

LEASE = timedelta(seconds=settings.DISPATCH_LEASE_SECONDS)
"""A request leaves at most this long after it was written down."""

LIVE = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.CANCELLING)
OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)
LOST = SubmissionState.LOST
ASKED_STATES = (RecipientState.UNKNOWN, RecipientState.SUBMITTED)


def campaigns_by_kind(account_id: int, now: datetime) -> dict[Ability, list[int]]:
    """The account's campaigns that have somebody to ask about, by their kind."""
    lately = Q(state__in=LIVE) | Q(state__in=OVER, finished_at__gte=now - RECENT)
    kinds = dict(Campaign.objects.filter(lately, account_id=account_id).order_by("pk").values_list("pk", "kind"))
    found: dict[Ability, list[int]] = {}
    for pk, tally in tallies_of(kinds).items():
        if any(tally.get(state) for state in ASKED_STATES):
            found.setdefault(Ability(kinds[pk]), []).append(pk)
    return found


def due_with_id(campaign_ids: Collection[int], most: int, now: datetime) -> list[Recipient]:
    """Those with a provider's id to ask for, who was never asked about first."""
    late = Q(state=RecipientState.SUBMITTED, since__lte=now - OVERDUE)
    unknown = Q(state=RecipientState.UNKNOWN, since__lte=now - SETTLE_TIME)
    due = (
        _not_lately_asked(campaign_ids, now).exclude(provider_id="").alias(since=Coalesce("submitted_at", "changed_at"))
    )
    due = due.filter(late | unknown, since__gte=now - FAR_ENOUGH)
    return list(due.order_by(F("asked__next_at").asc(nulls_first=True), "pk")[:most])


def next_window(
    campaign_ids: Collection[int], margin: timedelta, longest: timedelta, now: datetime
) -> tuple[datetime, datetime] | None:
    """The times between which the oldest requests happened whose recipients are unknown and due, *margin* included."""
    due = _without_id(_not_lately_asked(campaign_ids, now))
    due = due.filter(submission__started_at__range=(now - FAR_ENOUGH, now - max(SETTLE_TIME, LEASE)))
    moments = due.order_by("submission__started_at").values_list("submission__started_at", flat=True).distinct()
    start = end = None
    for moment in moments.iterator(500):
        first, last = moment - margin, moment + LEASE + margin
        if start is None or end is None:
            start, end = first, last
        elif first <= end and last - start <= longest:
            end = last
        else:
            break
    # The future has no records, and some of the window may be in it.
    return (start, min(end, now)) if start and end else None


def unknown_between(
    campaign_ids: Collection[int], start: datetime, end: datetime, margin: timedelta, since: datetime
) -> list[tuple[int, str, str]]:
    """Id, number and reference of the request of every unknown recipient whose request happened well in between.

    Who became unknown after *since*, when the first page was read, may have been on it unnoticed, and is left out.
    """
    members = _without_id(Recipient.objects.filter(campaign_id__in=campaign_ids))
    members = members.filter(Q(changed_at__isnull=True) | Q(changed_at__lte=since))
    members = members.filter(submission__started_at__range=(start + margin, end - LEASE))
    return list(members.values_list("pk", "number", "submission__reference"))


def stamp(recipient_ids: Iterable[int], gaps: Sequence[timedelta], now: datetime) -> None:
    """Write down that these are being asked about, so that they are left alone for a while."""
    ids = list(recipient_ids)
    times = dict(Asked.objects.filter(recipient_id__in=ids).values_list("recipient_id", "times"))
    rows = [
        Asked(recipient_id=pk, times=times.get(pk, 0) + 1, next_at=now + gaps[min(times.get(pk, 0), len(gaps) - 1)])
        for pk in ids
    ]
    Asked.objects.bulk_create(
        rows, batch_size=500, update_conflicts=True, unique_fields=["recipient"], update_fields=["times", "next_at"]
    )


def _not_lately_asked(campaign_ids: Collection[int], now: datetime) -> QuerySet[Recipient]:
    lately = Q(asked__next_at__isnull=False, asked__next_at__gt=now)
    return Recipient.objects.filter(~lately, campaign_id__in=campaign_ids)


def _without_id(recipients: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Of whom a request was about; those of a restored backup are asked about in another way (:mod:`.restored`)."""
    return recipients.filter(state=RecipientState.UNKNOWN, provider_id="").exclude(submission__state=LOST)
