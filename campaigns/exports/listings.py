"""Lists that can be exported, by name. Each room says how its list becomes a table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone

from campaigns.models import Export
from notifyadmin.web.exports import Row, Table
from notifyadmin.web.keys import key_of

CSV, XLSX = "csv", "xlsx"
ABOUT = "about"
"""In a stored query: the key of what the list is about."""

FIRST, BLOCK = 200, 5_000
"""Rows of the first block, which somebody waits for, and of the others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to have: the filters as they stand in the address, the *key* of what the list is about (a
    campaign or a contact list, None where there is only one list), and who asks."""

    query: QueryDict
    user: Any
    key: int | None = None

    @classmethod
    def of(cls, export: Export, user: Any) -> "Asked":
        """What *export* was to be."""
        query = QueryDict(export.query)
        return cls(query, user, key_of(query.get(ABOUT)))

    def stored(self) -> str:
        """The query as :meth:`of` reads it."""
        query = self.query.copy()
        if self.key is not None:
            query[ABOUT] = str(self.key)
        return query.urlencode()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that can be exported: its *name*, what it is called, whoever may have it, and how it is read."""

    name: str
    label: Any
    permission: str
    table: Callable[[Asked], Table]


LISTINGS: dict[str, Listing] = {}
"""By name. Each room registers its own when the application starts."""


def register(*listings: Listing) -> None:
    """Make *listings* known by their names."""
    LISTINGS.update((one.name, one) for one in listings)


def listing(name: str) -> Listing:
    """The list called *name*. Raises KeyError."""
    return LISTINGS[name]


def blocks(
    rows: QuerySet[Any], cells: Callable[[Any], Row], *, newest_first: bool = False, key: str = "pk"
) -> Iterator[Sequence[Row]]:
    """The rows of a queryset by key, in blocks: neither memory nor an open query grows with the list."""
    order, beyond = (f"-{key}", f"{key}__lt") if newest_first else (key, f"{key}__gt")
    last: Any = None
    for number in count():
        size = BLOCK if number else FIRST
        some = rows.order_by(order) if last is None else rows.filter(**{beyond: last}).order_by(order)
        found: list[Model] = list(some[:size])
        if found:
            yield [cells(row) for row in found]
        if len(found) < size:
            return
        last = getattr(found[-1], key)


def timed(title: Any) -> str:
    """The title of a column of times, with their zone: a file is read where nobody knows whose it was."""
    return f"{title} ({timezone.get_current_timezone_name()})"


def clock(value: Any) -> str:
    """A time as it stands in files: in the zone of the moment, to the second. Its column's title is :func:`timed`."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}" if value else ""
