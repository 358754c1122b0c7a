"""What became of the tests of a campaign."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign, Recipient
from campaigns.models.statuses import OPEN_STATES

SHOWN = 3
SOON = timedelta(minutes=3)
"""For so long after a test somebody sits and waits for it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One test and its recipients."""

    campaign: Campaign
    people: list[Recipient]

    @property
    def is_open(self) -> bool:
        """Whether something of it may still change by itself soon."""
        return any(person.state in OPEN_STATES for person in self.people)


def trials(campaign: Campaign, most: int) -> list[Trial]:
    """The latest tests of *campaign*, newest first. Two statements."""
    tests = list(campaign.tests.select_related("created_by").order_by("-pk")[:most])
    people: dict[int, list[Recipient]] = {test.pk: [] for test in tests}
    for person in Recipient.objects.filter(campaign__in=people).order_by("position"):
        people[person.campaign_id].append(person)
    return [Trial(test, people[test.pk]) for test in tests]


def seconds_until_news(found: list[Trial]) -> int:
    """After how many seconds it is worth looking again; 0 where nothing changes any more."""
    moving = [trial for trial in found if trial.is_open]
    if not moving:
        return 0
    return 2 if timezone.now() - moving[0].campaign.created_at < SOON else 20


def remembered(user: Any) -> str:
    """The numbers of the latest test that *user* sent, as they were typed."""
    test = Campaign.objects.filter(test_of__isnull=False, created_by_id=user.pk).order_by("-pk").first()
    if test is None:
        return ""
    return ", ".join(test.recipients.order_by("position").values_list("typed", flat=True))
