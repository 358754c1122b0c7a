"""What pages show of one list: how far it is, what became of its rows, and those that were left out."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext

from campaigns.models import ListFile, ListState, RowFate

from . import keeping, selectors
from .formats import Found
from .forms import DELIMITERS, ENCODINGS
from .mapping import numbered
from .meaning import Meaning
from .phones import COUNTRIES
from .targets import Target
from .working import has_source, may_be_mapped

STATE_COLOURS = {
    ListState.UNMAPPED: "held",
    ListState.READING: "submitting",
    ListState.DONE: "delivered",
    ListState.FAILED: "rejected",
    ListState.STOPPED: "held",
}

FEW = 8
"""Rows that were left out on the page that takes lists; the list's own page has them all."""

MOST_DIGITS = 19


def live(target: Target, list_file: ListFile) -> dict[str, Any]:
    """The part that moves while a list is being read."""
    share = 100 * min(list_file.read / list_file.size, 1.0) if list_file.size else 0.0
    return {
        "target": target,
        "list": list_file,
        "colour": STATE_COLOURS[ListState(list_file.state)],
        "is_reading": list_file.state == ListState.READING,
        "share": round(share),
        "live_url": target.url("live", list_file),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A list among others."""

    list: ListFile
    url: str
    colour: str
    left_out: int


def line(target: Target, list_file: ListFile) -> Line:
    page = "columns" if list_file.state == ListState.UNMAPPED else "list"
    colour = STATE_COLOURS[ListState(list_file.state)]
    return Line(list_file, target.url(page, list_file), colour, selectors.left_out(list_file))


def brief(target: Target, list_file: ListFile) -> dict[str, Any]:
    """One list with its numbers and the first rows that were left out, on a page that has more to show."""
    return _shown(target, list_file, "", selectors.problems_page(list_file, most=FEW))


def whole(target: Target, list_file: ListFile, query: QueryDict) -> dict[str, Any]:
    """One list with its numbers and the rows that were left out; *query* says which of them and from where."""
    fate, after = query.get("fate", ""), query.get("after", "")
    fate = fate if fate in RowFate.values else ""
    begin = int(after) if after.isascii() and after.isdigit() and len(after) < MOST_DIGITS else 0
    return _shown(target, list_file, fate, selectors.problems_page(list_file, fate, begin))


def _shown(target: Target, list_file: ListFile, fate: str, page: selectors.Page) -> dict[str, Any]:
    address = target.url("list", list_file)
    return live(target, list_file) | {
        "list_url": address,
        "parts": _parts(target, list_file, address),
        "left_out": selectors.left_out(list_file),
        "fate": RowFate(fate).label if fate else "",
        "problems": page.problems,
        "more_url": f"{address}?fate={fate}&after={page.after}" if page.after else "",
        "file_url": target.url("problems", list_file) + (f"?fate={fate}" if fate else ""),
    }


def buttons(target: Target, list_file: ListFile) -> dict[str, Any]:
    """What may be done with the list now, and where."""
    has_file = keeping.path_of(list_file) is not None
    return {
        "may_be_mapped": may_be_mapped(list_file) and has_file,
        "may_go_on": list_file.state == ListState.STOPPED and bool(list_file.mapping) and has_source(list_file),
        **{f"{page}_url": target.url(page, list_file) for page in ("columns", "stop", "resume", "remove")},
    }


def described(list_file: ListFile) -> dict[str, Any]:
    """How the list was read, for people."""
    if not list_file.mapping:
        return {}
    meaning, found = Meaning.of(list_file), Found.from_json(list_file.found)
    named = meaning.header and meaning.number < len(found.titles)
    return {
        "meaning": meaning,
        "number_title": found.titles[meaning.number] if named else numbered(meaning.number),
        "encoding": dict(ENCODINGS).get(found.encoding, found.encoding),
        "delimiter": dict(DELIMITERS).get(found.delimiter, found.delimiter),
        "home": dict(COUNTRIES).get(meaning.home, meaning.home),
    }


def tell(request: HttpRequest, list_file: ListFile) -> None:
    """What became of a list that was read at once, as a message."""
    if list_file.state == ListState.FAILED:
        return
    names = ("rows", "good", "duplicates", "known", "suppressed", "bad")
    values = {name: number_format(getattr(list_file, name), force_grouping=True) for name in names}
    text = gettext("%(rows)s rows read: %(good)s added, %(duplicates)s repeated, %(bad)s bad.")
    if list_file.known or list_file.suppressed:
        text = gettext(
            "%(rows)s rows read: %(good)s added, %(duplicates)s repeated, %(known)s there already, %(suppressed)s on "
            "the suppression list, %(bad)s bad."
        )
    level = messages.SUCCESS if list_file.good == list_file.rows else messages.WARNING
    messages.add_message(request, level if list_file.good else messages.ERROR, text % values)


def _parts(target: Target, list_file: ListFile, address: str) -> list[tuple[str, Any, int, str]]:
    """Good and bad always; the others only where there are some. Each leads to its rows."""
    parts = selectors.parts(list_file, target.good_label)
    return [
        (colour, label, number, f"{address}?fate={fate}#left-out" if fate and number else "")
        for colour, label, number, fate in parts
        if number or fate in ("", RowFate.BAD)
    ]
