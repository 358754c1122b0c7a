"""How fast a campaign goes and about when the last of those who wait will have had their turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.counters.rollups.reading import Moment, per_minute
from campaigns.models import Campaign
from campaigns.models.statuses import CampaignState, RecipientState
from campaigns.sending.pace import Pace

from .holding import Notice


@dataclass(frozen=True, slots=True)
class Ahead:
    """``rate`` is recipients per minute over the last minutes. ``end`` is None where nobody can honestly tell.

    ``held`` recipients are not in it: they go when what holds them ends.
    """

    rate: float
    end: datetime | None
    held: int
    is_idle: bool

    @property
    def left(self) -> str:
        """How long it still takes, as roughly as it is known."""
        return about(self.end - timezone.now()) if self.end else ""


def ahead(
    campaign: Campaign, tally: Mapping[str, int], notices: Sequence[Notice], moved: Sequence[Moment]
) -> Ahead | None:
    """For a campaign that runs and has somebody to send to, of which *moved* is known; None for all others."""
    pending, held = tally.get(RecipientState.PENDING, 0), tally.get(RecipientState.HELD, 0)
    if campaign.state != CampaignState.RUNNING or not pending + held:
        return None
    now = timezone.now()
    rate = per_minute(campaign, moved, now)
    stopped = any(notice.stops for notice in notices)
    end = None if stopped or not pending else _end(campaign, pending, rate, now)
    return Ahead(rate, end, held, is_idle=rate < 0.05 and not stopped)


def _end(campaign: Campaign, pending: int, rate: float, now: datetime) -> datetime | None:
    """By the schedule's own pace where it has one, by the measured rate otherwise."""
    pace = Pace.of(campaign)
    if pace and pace.is_timed and (planned := pace.end_of(pending, now)):
        return planned
    if rate < 0.05:
        return None
    seconds = 60 * pending / rate
    return pace.window.after(now, seconds) if pace and pace.window else now + timedelta(seconds=seconds)


def about(length: timedelta) -> str:
    """A length as somebody would say it."""
    minutes = length.total_seconds() / 60
    if minutes < 1.5:
        return _("about a minute")
    if minutes < 90:
        number, words = round(minutes), ngettext("about %(n)s minute", "about %(n)s minutes", round(minutes))
    elif minutes < 48 * 60:
        number, words = round(minutes / 60), ngettext("about %(n)s hour", "about %(n)s hours", round(minutes / 60))
    else:
        number = round(minutes / 1440)
        words = ngettext("about %(n)s day", "about %(n)s days", number)
    return words % {"n": number}
