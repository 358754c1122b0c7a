"""What is looked at before a campaign starts: what forbids it, and what people should know.

Each subject has a file; a look is a function that yields the lines about a campaign.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from campaigns.compose.checks.items import Item, Level
from campaigns.compose.checks.refusals import refusals
from campaigns.lifecycle.costs.estimating import Estimate, estimate_if_quick
from campaigns.models import Campaign
from campaigns.text.predicting import Prediction, predict

from . import account, audience, contacted, content, cost, daytime, options, rules, schedule

__all__ = ("Check", "Item", "Level", "blocking", "check", "items", "stopping")

Look = Callable[[Campaign], Iterator[Item]]

FIRST: tuple[Look, ...] = (
    *(account.look, content.look, options.look, audience.look),
    *(audience.look_at_variables, audience.look_at_suppressed, schedule.look),
)
"""Looks that may forbid the start. Once one does, nothing further is looked at that reads everybody."""

ONLY_TELLING: tuple[Look, ...] = (audience.look_at_earlier, contacted.look, daytime.look)
"""Looks that never forbid a start: they are not repeated when it is made."""


@dataclass(frozen=True, slots=True)
class Check:
    """Everything that was looked at, in the order of composing; ``prediction`` where texts must fit a template.

    ``estimate`` is None where making it takes longer than a page should wait.
    """

    items: list[Item]
    prediction: Prediction | None = None
    estimate: Estimate | None = field(default_factory=Estimate)


def items(campaign: Campaign) -> list[Item]:
    """The lines of the check."""
    return check(campaign).items


def check(campaign: Campaign) -> Check:
    """Look at everything. *campaign* comes with its account, template and voice file."""
    found = _deciding(campaign)
    if not campaign.total:
        return found
    found.items.extend(item for look in ONLY_TELLING for item in look(campaign))
    estimate = estimate_if_quick(campaign)
    found.items.extend(cost.look(campaign, estimate))
    return replace(found, estimate=estimate)


def stopping(campaign: Campaign) -> list[Item]:
    """The items that forbid to start, found without what only tells."""
    return blocking(_deciding(campaign).items)


def blocking(found: list[Item]) -> list[Item]:
    """The items that forbid to start."""
    return [item for item in found if item.level is Level.STOP]


def _deciding(campaign: Campaign) -> Check:
    found = [item for look in FIRST for item in look(campaign)]
    if not campaign.total or blocking(found):
        return Check(found)
    prediction = predict(campaign)
    found.extend(refusals(prediction) if prediction else ())
    found.extend(rules.look(campaign))
    return Check(found, prediction)
