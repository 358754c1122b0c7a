"""The lines of the check before a start."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext

from campaigns.models import Campaign
from notifyadmin.web.words import in_words
from providers.contract.words import Words


class Level(StrEnum):
    """How much an item matters; the value is its colour."""

    GOOD = "delivered"
    LOOK = "held"
    STOP = "rejected"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the check, in the reader's language; ``url`` leads to where it is put right.

    ``waivable`` says that a person with the right may go on all the same.
    """

    level: Level
    title: str
    detail: str = ""
    url: str = ""
    link: str = ""
    waivable: bool = False


def sentences(words: Iterable[Words | None]) -> str:
    """Several sentences in the reader's language."""
    return " ".join(in_words(one) for one in words if one)


def count(number: int) -> str:
    """A number as people read it."""
    return str(number_format(number, force_grouping=True))


def fix(level: Level, title: str, detail: str, campaign: Campaign, step: str, link: str) -> Item:
    """An item that is put right in a *step* of composing."""
    return Item(level, title, detail, reverse(f"campaigns:{step}", args=[campaign.pk]), link)


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names in quotation marks, no more than *most*."""
    shown = (gettext("“%(name)s”") % {"name": name} for name in islice(names, most))
    return ", ".join(shown)


def written(at: datetime, zone: str = "") -> str:
    """A time with its zone: the named one, or the reader's."""
    local = timezone.localtime(at, ZoneInfo(zone) if zone else None)
    return f"{local:%Y-%m-%d %H:%M} ({zone or timezone.get_current_timezone_name()})"
