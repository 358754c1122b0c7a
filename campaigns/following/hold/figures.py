"""What hangs on the hold: who would be sent to when it is released, and of whom nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum
from django.utils import timezone

from campaigns.counters.selectors import tallies_of
from campaigns.models import Campaign, Hold, HoldCause, Restoration, Submission, SubmissionState, Tally
from campaigns.models.statuses import SENDABLE_STATES, CampaignState, RecipientState
from campaigns.sending.departures import reading

GOES_ON = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.SCHEDULED, CampaignState.CANCELLING)
ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)
SHOWN = 100
DOUBTFUL = frozenset((HoldCause.BEHIND, HoldCause.IDENTITY, HoldCause.FOREIGN_REFERENCE, HoldCause.RESTORED))
LATELY = timedelta(days=7)
"""For so long an ended campaign that has unknown people is among the others."""


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign: how many wait, are in requests without an outcome, are unknown, and became so by a restored backup;
    and to how many requests left after all that this database knows, by the records of this machine."""

    campaign: Campaign
    waiting: int
    in_flight: int
    unknown: int
    restored: int
    left: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The newest campaigns that the hold concerns. Of all of them, ``going_on`` are the people who would be sent to by
    themselves, ``unknown`` those who are not. ``is_more`` says that there are older campaigns. ``left`` is to how many
    requests left that this database does not know, by the records of this machine, and ``left_elsewhere`` how many of
    them are in campaigns that are not here either."""

    lines: tuple[Line, ...]
    is_more: bool
    going_on: int
    unknown: int
    left: int
    left_elsewhere: int


def figures(hold: Hold | None) -> Figures:
    """What hangs on *hold*. Nine statements at most, however many campaigns there are."""
    left = _left(hold)
    concerned = Campaign.objects.filter(state__in=GOES_ON) | Campaign.objects.filter(
        state__in=ENDED, finished_at__gte=timezone.now() - LATELY
    )
    campaigns = list(concerned.select_related("account").order_by("-id")[: SHOWN + 1])
    ids = [campaign.pk for campaign in campaigns[:SHOWN]]
    tallies = tallies_of(ids)
    in_flight, restored = _sizes(ids, SubmissionState.INTENT), _sizes(ids, SubmissionState.LOST)
    lines = (
        Line(
            campaign,
            tallies[campaign.pk].get(RecipientState.PENDING, 0) + tallies[campaign.pk].get(RecipientState.HELD, 0),
            in_flight.get(campaign.pk, 0),
            tallies[campaign.pk].get(RecipientState.UNKNOWN, 0),
            restored.get(campaign.pk, 0),
            left.get(campaign.reference, 0),
        )
        for campaign in campaigns[:SHOWN]
    )
    running = Tally.objects.filter(campaign__state=CampaignState.RUNNING, state__in=SENDABLE_STATES)
    unknown = Tally.objects.filter(campaign__in=concerned.order_by().values("pk"), state=RecipientState.UNKNOWN)
    shown = tuple(line for line in lines if line.waiting or line.unknown or line.left)
    here = Campaign.objects.filter(reference__in=list(left)).values_list("reference", flat=True)
    elsewhere = sum(left[reference] for reference in left.keys() - set(here)) if left else 0
    return Figures(shown, len(campaigns) > SHOWN, _sum(running), _sum(unknown), sum(left.values()), elsewhere)


def is_doubtful(hold: Hold | None) -> bool:
    """Whether people may have been sent to of whom this database does not know."""
    return hold is not None and any(reason.cause in DOUBTFUL for reason in hold.told)


def _left(hold: Hold | None) -> Mapping[str, int]:
    """People by their campaign's reference."""
    try:
        found = reading.unknown_here() if is_doubtful(hold) else {}
    except OSError:
        # Written by another user of this machine, for nobody else to read.
        return {}
    return {reference: unknown.people for reference, unknown in found.items()}


def _sum(tallies: QuerySet[Tally]) -> int:
    return tallies.aggregate(n=Sum("amount"))["n"] or 0


def _sizes(campaign_ids: list[int], state: SubmissionState) -> Mapping[int, int]:
    rows = Submission.objects.filter(campaign_id__in=campaign_ids, state=state).order_by()
    return dict(rows.values_list("campaign_id").annotate(n=Sum("size")))


def was_restored_since(moment: datetime) -> bool:
    """Whether what has to be done after a restored backup was done to its end since *moment*."""
    return Restoration.objects.filter(finished_at__gte=moment).exists()


def restorations() -> list[Restoration]:
    """What was done after restored backups, the newest first."""
    return list(Restoration.objects.order_by("-id")[:5])
