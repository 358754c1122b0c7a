"""What keeps a running campaign from sending, in words. Cheap enough for a page that asks every two seconds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.counters.selectors import CACHED_SECONDS
from campaigns.models import Campaign, Gate, Hold, Recipient
from campaigns.models.campaign import CACHED_ABOVE
from campaigns.models.statuses import CampaignState, RecipientState
from campaigns.sending.pace import Pace
from campaigns.sending.scheduled import in_turn, outside
from notifyadmin.caching import kept
from notifyadmin.web.words import in_words
from providers.accounts.models import AccountState


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that holds a campaign up: ``colour`` is a state, ``until`` when it ends by itself, where it does.

    ``words`` say why and what is to be done, ``raw`` are the provider's own words. ``stops`` says that nobody is sent
    to until it is over.
    """

    colour: str
    title: str
    words: str = ""
    raw: str = ""
    until: datetime | None = None
    last: datetime | None = None
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Whoever is held, together: from when the first and the last may be sent to, and the most common reason."""

    earliest: datetime | None
    latest: datetime | None
    reason: str


def holding_up(campaign: Campaign, tally: Mapping[str, int], hold: Hold | None = None) -> list[Notice]:
    """What holds the running *campaign* up now, the most general first. *tally* are its counts by state, *hold* is that
    of all sending."""
    if campaign.state != CampaignState.RUNNING:
        return []
    waiting = tally.get(RecipientState.PENDING, 0) + tally.get(RecipientState.HELD, 0)
    if not waiting:
        return []
    schedule = _schedule(campaign, waiting)
    held = _held(campaign, tally.get(RecipientState.HELD, 0))
    return [*_everything(hold), *_account(campaign), *_gate(campaign), *schedule, *held]


def _everything(hold: Hold | None) -> Iterator[Notice]:
    if hold is not None:
        words = _("It goes on by itself when sending is released; receipts are still taken.")
        yield Notice("rejected", _("All sending is held."), words, stops=True)


def _account(campaign: Campaign) -> Iterator[Notice]:
    if campaign.account.state != AccountState.ACTIVE:
        title = _("The account %(name)s is not active, so nothing is sent.") % {"name": campaign.account.name}
        yield Notice("held", title, in_words(campaign.account.pause_words), campaign.account.pause_raw, stops=True)


def _gate(campaign: Campaign) -> Iterator[Notice]:
    gate = Gate.objects.filter(account_id=campaign.account_id).first()
    if gate is None:
        return
    now = timezone.now()
    if gate.failures >= campaign.account.breaker_failures and gate.open_until:
        yield _breaker(gate, now)
    elif gate.rest_until and gate.rest_until > now:
        yield Notice(
            "held",
            _("The provider asked for a pause."),
            in_words(gate.words),
            gate.raw,
            until=gate.rest_until,
            stops=True,
        )


def _breaker(gate: Gate, now: datetime) -> Notice:
    if gate.open_until and gate.open_until > now:
        title = _("The account rests, because request after request got no usable answer.")
        return Notice("rejected", title, in_words(gate.words), gate.raw, until=gate.open_until, stops=True)
    title = _("The account is being tried: one request shows whether the provider answers again.")
    return Notice("held", title, in_words(gate.words), gate.raw, stops=True)


def _schedule(campaign: Campaign, waiting: int) -> Iterator[Notice]:
    pace, now = Pace.of(campaign), timezone.now()
    if pace is None:
        return
    opens = pace.opens_at(now)
    if opens:
        yield Notice(
            "held", _("Its schedule does not let it send now."), in_words(outside(pace)), until=opens, stops=True
        )
    elif each := pace.seconds_each(waiting, now):
        title = _("It sends at the pace of its schedule.")
        yield Notice("held", title, in_words(in_turn(each)), last=pace.end_of(waiting, now))


def _held(campaign: Campaign, number: int) -> Iterator[Notice]:
    if not number:
        return
    found = held(campaign)
    text = ngettext("%(count)s recipient is held.", "%(count)s recipients are held.", number)
    title = text % {"count": number_format(number, force_grouping=True)}
    # The first of them may be due already, and only wait for a turn.
    earliest = found.earliest if found.earliest and found.earliest > timezone.now() else None
    last = found.latest if found.latest != found.earliest else None
    yield Notice("held", title, in_words(found.reason), until=earliest, last=last)


def held(campaign: Campaign) -> Held:
    """Who is held, together; for large campaigns at most some seconds old."""
    if campaign.total <= CACHED_ABOVE:
        return _read_held(campaign)
    return kept(f"held-{campaign.pk}", lambda: _read_held(campaign), CACHED_SECONDS)


def _read_held(campaign: Campaign) -> Held:
    people = Recipient.objects.filter(campaign=campaign, state=RecipientState.HELD).order_by()
    reasons = people.values_list("reason")
    rows = list(reasons.annotate(n=Count("id"), earliest=Min("held_until"), latest=Max("held_until")).order_by("-n"))
    moments = [moment for row in rows for moment in row[2:] if moment]
    return Held(min(moments, default=None), max(moments, default=None), rows[0][0] if rows else "")
