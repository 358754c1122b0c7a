"""What hangs on the hold: who would be sent to when it is released, and of whom nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from campaigns.models import Campaign, Restoration, Submission, SubmissionState
from campaigns.selectors import tallies_of
from campaigns.statuses import CampaignState, RecipientState

GOES_ON = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.SCHEDULED, CampaignState.CANCELLING)
ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)
SHOWN = 100
LATELY = timedelta(days=7)
"""For so long an ended campaign that has unknown people is among the others."""


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign: how many wait, are in requests without an outcome, are unknown, and became so by a restored
    backup."""

    campaign: Campaign
    waiting: int
    in_flight: int
    unknown: int
    restored: int

    @property
    def goes_on(self) -> bool:
        """Whether it sends as soon as sending is released."""
        return self.campaign.state == CampaignState.RUNNING and self.waiting > 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The newest campaigns that the hold concerns; ``going_on`` are the people who would be sent to by themselves.
    ``is_more`` says that there are older ones."""

    lines: tuple[Line, ...]
    is_more: bool

    @property
    def going_on(self) -> int:
        return sum(line.waiting for line in self.lines if line.goes_on)

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.lines)

    @property
    def unknown(self) -> int:
        return sum(line.unknown for line in self.lines)


def figures() -> Figures:
    """Four statements however many campaigns there are."""
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
        )
        for campaign in campaigns[:SHOWN]
    )
    return Figures(tuple(line for line in lines if line.waiting or line.unknown), len(campaigns) > SHOWN)


def _sizes(campaign_ids: list[int], state: SubmissionState) -> Mapping[int, int]:
    rows = Submission.objects.filter(campaign_id__in=campaign_ids, state=state).order_by()
    return dict(rows.values_list("campaign_id").annotate(n=Sum("size")))


def restorations() -> list[Restoration]:
    """What was done after restored backups, the newest first."""
    return list(Restoration.objects.order_by("-id")[:5])
