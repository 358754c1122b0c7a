"""The lines of the check before a start."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import number_format

from notifyadmin.web.words import in_words
from providers.contract.words import Words


class Level(StrEnum):
    """How much an item matters; the value is its colour."""

    GOOD = "delivered"
    LOOK = "held"
    STOP = "rejected"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the check, in the reader's language; ``url`` leads to where it is put right."""

    level: Level
    title: str
    detail: str = ""
    url: str = ""
    link: str = ""


def sentences(words: Iterable[Words | None]) -> str:
    """Several sentences in the reader's language."""
    return " ".join(in_words(one) for one in words if one)


def count(number: int) -> str:
    """A number as people read it."""
    return str(number_format(number, force_grouping=True))
