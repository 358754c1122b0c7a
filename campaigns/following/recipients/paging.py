"""Pages of a campaign's recipients by key: as quick at the millionth row as at the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from campaigns.models import Campaign, Recipient
from campaigns.models.recipient_filters import Filters
from campaigns.models.recipient_reasons import Group
from campaigns.models.recipient_search import COUNTED, ROWS, Sources, sources
from notifyadmin.web.phones import ERASED

PER_PAGE = 50
LONGEST_KEY = 15
AT_END = "last"
"""In the address: the last page."""


@dataclass(frozen=True, slots=True)
class RecipientsPage:
    """The rows of a page in their order, and the query strings of this page and of its neighbours.

    ``count`` is how many fit, None where only looking at every row would tell; ``is_more`` says that it is that and
    more. ``searched`` is the key up to which was looked, where the page is not full and more may fit; then
    ``onward`` goes on behind it, in the direction that was looked in.
    """

    rows: list[Recipient]
    filters: Filters
    previous: str = ""
    next: str = ""
    here: str = "?"
    first: str = ""
    last: str = ""
    count: int | None = None
    is_more: bool = False
    searched: str = ""
    is_backwards: bool = False

    @property
    def onward(self) -> str:
        """The page that comes next in the direction of this one."""
        return self.previous if self.is_backwards else self.next

    @property
    def edge(self) -> Recipient:
        """The last row."""
        return self.rows[-1]


@dataclass(frozen=True, slots=True)
class Place:
    """Behind (``after``) or in front of (``before``) a key in the order that is shown; the end with neither."""

    key: Any = None
    is_before: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str], filters: Filters) -> "Place":
        """The place in an address: ``after``, ``before``, ``last``, or the ``row`` that is to come first."""
        if query.get(AT_END):
            return cls(None, True)
        row = _key(query.get("row"), "position")
        if row and filters.key == "position":
            return cls(row + 1 if filters.descending else row - 1)
        before, after = _key(query.get("before"), filters.key), _key(query.get("after"), filters.key)
        return cls(before, True) if before is not None else cls(after)

    @property
    def address(self) -> dict[str, Any]:
        if self.is_before:
            return {"before": self.key} if self.key is not None else {AT_END: 1}
        return {"after": self.key}


def recipients_page(
    campaign: Campaign, query: Mapping[str, str], per_page: int = PER_PAGE, groups: Sequence[Group] | None = None
) -> RecipientsPage:
    """The page that *query* asks for; *groups* are the campaign's, where they are at hand."""
    filters = Filters.of(query)
    place = Place.of(query, filters)
    found = sources(campaign, filters, groups)
    rows, end = _taken(found, filters, place, per_page)
    count, is_more = _count(found)
    previous, following = _neighbours(rows, end, place, filters, per_page)
    rows = rows[:per_page]
    return RecipientsPage(
        rows=rows[::-1] if place.is_before else rows,
        filters=filters,
        previous=previous,
        next=following,
        here=filters.address(**place.address),
        first=filters.address() or "?" if previous else "",
        last=filters.address(**{AT_END: 1}) if following else "",
        count=count,
        is_more=is_more,
        searched="" if end is None or len(rows) >= per_page else str(end),
        is_backwards=place.is_before,
    )


def _taken(found: Sources, filters: Filters, place: Place, per_page: int) -> tuple[list[Recipient], Any]:
    """Up to one row more than a page has, from the place on, and the key where looking ended before the rows did."""
    descending = filters.descending != place.is_before
    parts = [beyond(part, filters.key, place.key, descending) for part in found.parts]
    if not parts:
        return [], None
    end = None
    if found.searches is not None:
        end = end_of_search(parts, filters.key, descending)
        parts = [until(part, filters.key, end, descending).filter(found.searches) for part in parts]
    rows = _first_of(parts, filters.key, descending, per_page + 1)
    return rows, end


def _neighbours(rows: Sequence[Recipient], end: Any, place: Place, filters: Filters, per_page: int) -> tuple[str, str]:
    """The addresses of the previous and the next page, as far as there are any."""
    is_full = len(rows) > per_page
    shown = rows[:per_page]
    edge = getattr(shown[-1], filters.key) if is_full else end
    onward = "" if edge is None else filters.address(**Place(edge, place.is_before).address)
    if place.key is None:
        back = ""
    elif shown:
        back = filters.address(**Place(getattr(shown[0], filters.key), not place.is_before).address)
    else:
        back = filters.address(**Place(place.key, not place.is_before).address)
    return (onward, back) if place.is_before else (back, onward)


def beyond(rows: QuerySet[Recipient], key: str, value: Any, descending: bool) -> QuerySet[Recipient]:
    """Those behind a key, all of them without one."""
    if value is None:
        return rows
    return rows.filter(**{f"{key}__{'lt' if descending else 'gt'}": value})


def until(rows: QuerySet[Recipient], key: str, value: Any, descending: bool) -> QuerySet[Recipient]:
    """Those up to and with a key, all of them without one."""
    if value is None:
        return rows
    return rows.filter(**{f"{key}__{'gte' if descending else 'lte'}": value})


def end_of_search(parts: Sequence[QuerySet[Recipient]], key: str, descending: bool) -> Any:
    """The key of the last row that may be looked at, None when there are not so many."""
    ordered = merged([part.values_list(key) for part in parts], key, descending, ROWS)
    return next((value for (value,) in ordered[ROWS - 1 :]), None)


def _first_of(parts: Sequence[QuerySet[Recipient]], key: str, descending: bool, most: int) -> list[Recipient]:
    if len(parts) == 1:
        return list(merged(parts, key, descending, most))
    light = [part.values_list("pk", key) for part in parts]
    keys = [pk for pk, _key in merged(light, key, descending, most)]
    found = Recipient.objects.in_bulk(keys)
    return [found[pk] for pk in keys if pk in found]


def merged(parts: Sequence[QuerySet[Recipient]], key: str, descending: bool, most: int) -> QuerySet[Any]:
    """The first *most* of all *parts* in one order."""
    order = f"-{key}" if descending else key
    if len(parts) > 1 and connection.features.supports_slicing_ordering_in_compound:
        # Each by itself takes no more than it needs, even where the planner has not yet heard of a campaign this large.
        parts = [part.order_by(order)[:most] for part in parts]
    together = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return together.order_by(order)[:most]


def _count(found: Sources) -> tuple[int | None, bool]:
    """How many fit, and whether it is more than that."""
    if found.is_exact:
        return found.most, False
    parts = found.parts if found.searches is None else [part.filter(found.searches) for part in found.parts]
    if found.most is not None:
        is_little = found.most <= ROWS
        return (sum(part.order_by().count() for part in parts), False) if is_little else (None, False)
    counted = sum(part.order_by()[: COUNTED + 1].count() for part in parts)
    return min(counted, COUNTED), counted > COUNTED


def _key(text: str | None, key: str) -> Any:
    digits = text or ""
    if key == "number":
        # What stands for an erased number is a place in the order as well.
        digits = digits.removeprefix(ERASED).removesuffix(ERASED)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_KEY):
        return None
    if key == "number":
        return text
    return int(digits) if len(digits) < 10 else None
