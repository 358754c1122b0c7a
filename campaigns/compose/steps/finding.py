"""Whose message a preview shows: by position, by number or its last digits, or whoever gets the longest."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.models import Campaign, Recipient
from campaigns.models.recipient_filters import Filters
from campaigns.models.recipient_search import filtered
from notifyadmin.web.keys import key_of

from .extent import extent

MOST = 5


@dataclass(frozen=True, slots=True)
class Found:
    """``person`` is whom to show, None in an empty audience. ``matches`` are others who fit what was looked for.

    ``more`` says that there are further ones, ``nobody`` that no number fits: then ``person`` is who was shown before.
    """

    person: Recipient | None
    matches: tuple[Recipient, ...] = ()
    more: bool = False
    nobody: bool = False
    is_longest: bool = False


def chosen(campaign: Campaign, query: Mapping[str, str], text: str) -> Found:
    """Whom *query* names: ``find`` (digits), ``longest`` of the texts that *text* makes, or ``position``."""
    before = _at(campaign, key_of(query.get("position")) or 1) or _at(campaign, 1)
    if query.get("longest"):
        found = extent(campaign, text)
        return Found(_at(campaign, found.position) if found else before, is_longest=True)
    filters = Filters.of({"number": query.get("find", "")})
    return _found(campaign, filters, before) if filters.number else Found(before)


def _found(campaign: Campaign, filters: Filters, before: Recipient | None) -> Found:
    matches = list(filtered(campaign, filters).order_by("position")[: MOST + 1])
    if not matches:
        return Found(before, nobody=True)
    return Found(matches[0], tuple(matches[:MOST]) if len(matches) > 1 else (), more=len(matches) > MOST)


def _at(campaign: Campaign, position: int) -> Recipient | None:
    return campaign.recipients.filter(position=position).first()
