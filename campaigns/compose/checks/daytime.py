"""What the clock says where the recipients are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.translation import gettext, ngettext

from campaigns.compose.checks.items import Item, Level, count, fix, written
from campaigns.compose.checks.pacing import starting_at
from campaigns.models import Campaign
from campaigns.sending import quiet
from campaigns.sending.pace import Pace
from campaigns.sending.window import Window
from campaigns.text.sampling import Sample, sample
from notifyadmin.db.sql import fetch
from providers.accounts.models import Account

MOST = 5_000
"""Recipients whose place is looked up: some 0.1 s, three times that the first time."""

NIGHT = (time(21), time(8))

TRIES = 15
"""Openings of the campaign's hours that are looked at: a day each at least, and so two weeks."""


@dataclass(frozen=True, slots=True)
class Nights:
    """Of ``looked`` recipients, how many are asleep by zones; ``woken`` are those whom no quiet hours protect.

    ``never`` are those whose quiet hours hold whenever the campaign's own hours would let it send.
    """

    looked: Sample
    asleep: int
    woken: Counter[str]
    never: Counter[str]


def look(campaign: Campaign) -> Iterator[Item]:
    """How many would be reached at night, by the clock of their own place, if all went at the start."""
    found = nights(campaign)
    if found.never:
        where = _where(found.never)
        detail = gettext("Whenever its hours let it send, the quiet hours of the account hold them: %(where)s.")
        title = _never_title(found.never.total(), found.looked)
        yield fix(Level.LOOK, title, detail % {"where": where}, campaign, "schedule", gettext("Change the hours"))
    if not found.asleep:
        yield Item(Level.GOOD, gettext("It is daytime where the recipients are"), _when(campaign))
        return
    if not found.woken:
        detail = gettext("The quiet hours of the account hold them until their morning.")
        yield Item(Level.GOOD, _title(found.asleep, found.looked), detail)
        return
    detail = gettext("They would be reached between 21:00 and 8:00 of their place: %(where)s.")
    detail %= {"where": _where(found.woken)}
    title = _title(found.woken.total(), found.looked)
    yield fix(Level.LOOK, title, f"{detail} {_when(campaign)}", campaign, "schedule", gettext("Change the hours"))


def nights(campaign: Campaign) -> Nights:
    """Judged as sending judges quiet hours, once for all numbers of the same zones. One statement."""
    account, at, looked = campaign.account, _sending_from(campaign), sample(campaign, MOST)
    fallback = account.gateway.timezone
    asleep, woken, never = 0, Counter[str](), Counter[str]()
    pace = Pace.of(campaign)
    for zones, (number, amount) in _by_zones(campaign, looked).items():
        if pace and pace.window and _is_never_reached(number, at, account, pace.window):
            never[zones[0] if zones else fallback] += amount
        if not quiet.held_until(number, at, *NIGHT, fallback):
            continue
        asleep += amount
        if not quiet.held_until(number, at, account.quiet_from, account.quiet_until, fallback):
            woken[zones[0] if zones else fallback] += amount
    return Nights(looked, asleep, woken, never)


def _is_never_reached(number: str, at: datetime, account: Account, window: Window) -> bool:
    """Goes on as sending does: from an opening to the end of the quiet hours there, and to the next opening."""
    for _ in range(TRIES):
        at = window.opens_at(at) or at
        until = quiet.held_until(number, at, account.quiet_from, account.quiet_until, account.gateway.timezone)
        if until is None:
            return False
        at = until
    return True


def _by_zones(campaign: Campaign, looked: Sample) -> dict[tuple[str, ...], tuple[str, int]]:
    """One of the numbers, and how many there are, by the zones that they may be in."""
    sql = f"SELECT r.number FROM campaigns_recipient r WHERE r.campaign_id = %s AND ({looked.sql})"  # noqa: S608
    found: dict[tuple[str, ...], tuple[str, int]] = {}
    for (number,) in fetch(sql, [campaign.pk, *looked.parameters]):
        zones = quiet.zones_of(number)
        first, amount = found.get(zones, (number, 0))
        found[zones] = (first, amount + 1)
    return found


def _sending_from(campaign: Campaign) -> datetime:
    """The planned start, or when its own hours begin after that."""
    at, pace = starting_at(campaign), Pace.of(campaign)
    return (pace.opens_at(at) if pace else None) or at


def _when(campaign: Campaign) -> str:
    return gettext("As of the start, %(at)s.") % {"at": written(_sending_from(campaign), campaign.time_zone)}


def _where(places: Counter[str]) -> str:
    return ", ".join(f"{name} ({count(number)})" for name, number in places.most_common(3))


def _never_title(number: int, looked: Sample) -> str:
    if looked.is_part:
        percent = max(1, round(100 * number / looked.size))
        return gettext("About %(percent)s %% of the recipients would never be reached") % {"percent": percent}
    words = ngettext(
        "%(count)s recipient would never be reached", "%(count)s recipients would never be reached", number
    )
    return words % {"count": count(number)}


def _title(number: int, looked: Sample) -> str:
    if looked.is_part:
        percent = max(1, round(100 * number / looked.size))
        return gettext("It is night for about %(percent)s %% of the recipients") % {"percent": percent}
    words = ngettext("It is night for %(count)s recipient", "It is night for %(count)s recipients", number)
    return words % {"count": count(number)}
