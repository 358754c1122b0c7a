"""When it starts, in which hours it sends, and how fast."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext

from campaigns.compose.checks.items import Item, Level, count, fix, written
from campaigns.models import Campaign
from campaigns.sending.pace import Pace
from campaigns.sending.window import Window


def look(campaign: Campaign) -> Iterator[Item]:
    """The plan of a draft; a time that is over stands against the start."""
    now, at = timezone.now(), campaign.scheduled_at
    if not campaign.is_composed:
        # It is planned already; what is started early or late must still not fall upon everybody at once.
        yield from _spread(campaign, now)
        return
    if at and at <= now:
        detail = gettext("It was %(at)s. Choose another one, or let it start as soon as somebody starts it.")
        title = gettext("The planned time is over")
        yield _fix(Level.STOP, title, detail % {"at": written(at, campaign.time_zone)}, campaign)
        return
    start = at or now
    yield from _spread(campaign, start)
    title = gettext("It starts as soon as somebody starts it")
    if at:
        title = gettext("It starts by itself on %(at)s") % {"at": written(at, campaign.time_zone)}
    yield _fix(Level.GOOD, title, " ".join(_details(campaign)), campaign)
    opens = Pace.of(campaign)
    until = opens.opens_at(start) if opens else None
    if until:
        title = gettext("At the start its hours are over")
        detail = gettext("Nobody is sent to before %(at)s.") % {"at": written(until, campaign.time_zone)}
        yield _fix(Level.LOOK, title, detail, campaign)


def _spread(campaign: Campaign, start: datetime) -> Iterator[Item]:
    if campaign.spread_until and campaign.spread_until <= start:
        title = gettext("The time until which it is spread is over")
        detail = gettext("Everybody would be sent to at once. Choose a later time, or none.")
        yield _fix(Level.STOP, title, detail, campaign)


def _details(campaign: Campaign) -> Iterator[str]:
    window = Window.of(campaign)
    if window and window.start and window.end:
        yield gettext("It sends from %(start)s to %(end)s (%(zone)s) on the chosen days.") % {
            "start": f"{window.start:%H:%M}",
            "end": f"{window.end:%H:%M}",
            "zone": window.zone,
        }
    elif window:
        yield gettext("It sends on the chosen days of the week (%(zone)s).") % {"zone": window.zone}
    if campaign.spread_until:
        until = written(campaign.spread_until, campaign.time_zone)
        yield gettext("Spread evenly until %(at)s.") % {"at": until}
    if campaign.per_minute:
        yield gettext("At most %(count)s recipients a minute.") % {"count": count(campaign.per_minute)}


def _fix(level: Level, title: str, detail: str, campaign: Campaign) -> Item:
    return fix(level, title, detail, campaign, "schedule", gettext("Change"))
