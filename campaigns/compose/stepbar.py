"""The steps of composing. They may be taken in any order; each one is saved."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.models.statuses import CampaignKind

STEPS: tuple[tuple[str, Any], ...] = (
    ("kind", _("1 Kind and account")),
    ("content", _("2 Content")),
    ("audience", _("3 Audience")),
    ("options", _("4 Options")),
    ("schedule", _("5 Schedule")),
    ("check", _("6 Check and start")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it is drawn: ``mark`` is "now", "done" or empty; without ``url`` it cannot be opened yet."""

    label: Any
    url: str
    mark: str


def steps(campaign: Campaign | None, current: str) -> list[Step]:
    """All steps, seen from the step *current*; without a campaign only the first can be taken."""
    return [_step(campaign, name, label, current) for name, label in STEPS]


def is_done(campaign: Campaign, step: str) -> bool:
    """Whether the step has what it asks for; the check is never done before the start."""
    if step == "content":
        return bool(campaign.voice_file_id if campaign.kind == CampaignKind.VOICE_FILE else campaign.text)
    if step == "audience":
        return campaign.total > 0
    if step == "options":
        declared = campaign.account.gateway.kinds[campaign.ability].options
        return all(option.name in campaign.options for option in declared if option.required)
    # Whatever the schedule is, it is one: without a choice the campaign starts when somebody starts it.
    return step in ("kind", "schedule")


def _step(campaign: Campaign | None, name: str, label: Any, current: str) -> Step:
    if campaign is None:
        return Step(label, "", "now" if name == current else "")
    mark = "now" if name == current else "done" if is_done(campaign, name) else ""
    return Step(label, reverse(f"campaigns:{name}", args=[campaign.pk]), mark)
