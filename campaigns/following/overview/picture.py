"""Receipts over time, as a picture of a campaign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.counters.rollups.reading import Moment, in_steps, moments
from campaigns.counters.selectors import CACHED_SECONDS
from campaigns.models import Campaign
from campaigns.models.campaign import CACHED_ABOVE
from campaigns.models.statuses import CampaignKind, RecipientState
from notifyadmin.web.charts import Chart, Series, grouped

MOST_STEPS = 60
LEAST_STEPS = 6
MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440)
BARS = (RecipientState.DELIVERED, RecipientState.UNDELIVERED, RecipientState.EXPIRED)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart and how much time one step of it is."""

    chart: Chart
    minutes: int

    @property
    def step(self) -> str:
        """The length of a step in words."""
        if self.minutes < 60:
            return _("%(n)s min") % {"n": self.minutes}
        return _("%(n)s h") % {"n": self.minutes // 60}


def picture(campaign: Campaign, found: Sequence[Moment]) -> Picture | None:
    """Sent and receipts since the first one; None before, and for campaigns from before it was kept."""
    if not found:
        return None
    minutes, start, number = _grid(found[0].at, found[-1].at)
    steps = in_steps(found, start, timedelta(minutes=minutes), number)
    known = int((found[-1].at - start) / timedelta(minutes=minutes)) + 1
    return Picture(_chart(campaign, steps, minutes, known), minutes)


def moved(campaign: Campaign) -> list[Moment]:
    """What changed; of large campaigns at most some seconds old."""
    if campaign.total <= CACHED_ABOVE:
        return moments(campaign)
    found: list[Moment] | None = cache.get_or_set(f"moments-{campaign.pk}", lambda: moments(campaign), CACHED_SECONDS)
    return found or []


def _grid(first: datetime, last: datetime) -> tuple[int, datetime, int]:
    """(minutes of a step, start, number of steps) with as many steps as the picture has room for."""
    span = (last - first).total_seconds() / 60 + 1
    minutes = next((step for step in MINUTES if span / step <= MOST_STEPS), 0) or 1440 * -(-int(span) // 1440 // 60)
    local = timezone.localtime(first)
    # Reckoned from the moment itself: the clocks of a zone may have been changed since midnight, or in between.
    start = first - timedelta(minutes=(local.hour * 60 + local.minute) % minutes)
    number = int((last - start).total_seconds() / 60 // minutes) + 1
    return minutes, start, max(number, LEAST_STEPS)


def _chart(campaign: Campaign, steps: Sequence[Moment], minutes: int, known: int) -> Chart:
    labels = {state: str(state.label) for state in BARS}
    if campaign.kind != CampaignKind.SMS:
        labels[RecipientState.DELIVERED] = pgettext("call", "Answered")
    bars = [Series(state, labels[state], [step.states.get(state, 0) for step in steps]) for state in BARS]
    shown = [one for one in bars if any(one.numbers) or one.state != RecipientState.EXPIRED]
    sent = Series(RecipientState.SUBMITTED, _("Sent"), [step.sent for step in steps])
    sums = {"sent": grouped(sum(sent.numbers)), "receipts": grouped(sum(sum(one.numbers) for one in bars))}
    words = _("%(sent)s sent and %(receipts)s receipts.") % sums
    times = [_time(step.at, minutes, len(steps)) for step in steps]
    return Chart(_("Sent and receipts over time"), words, times, shown, sent, known)


def _time(at: datetime, minutes: int, number: int) -> str:
    local = timezone.localtime(at)
    if minutes >= 1440:
        return date_format(local, pgettext("date format", "j M"))
    return date_format(local, pgettext("date format", "j M H:i") if minutes * number > 1440 else "H:i")
