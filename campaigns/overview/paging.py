"""Pages of a campaign's recipients by key: as quick at the millionth row as at the first."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from campaigns.models import Campaign, Recipient
from campaigns.statuses import RecipientState
from notifyadmin.web import keyset

PER_PAGE = 50
WHOLE_NUMBER = 10
"""Digits from which a whole number is looked up first, which an index answers."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the viewer narrowed the list to: a state, and a number or its last digits."""

    state: str = ""
    number: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in an address; what they do not know counts as not given."""
        state = query.get("state", "")
        return cls(state if state in RecipientState.values else "", keyset.digits_of(query.get("number", "")))

    def __bool__(self) -> bool:
        return bool(self.state or self.number)

    def address(self, **more: object) -> str:
        """The query string of these filters and *more*."""
        return keyset.address({"state": self.state, "number": self.number, **more})


@dataclass(frozen=True, slots=True)
class RecipientsPage:
    """The rows of a page in their order, and the query strings of this page and of its neighbours."""

    rows: list[Recipient]
    filters: Filters
    previous: str = ""
    next: str = ""
    here: str = "?"


def recipients_page(campaign: Campaign, query: Mapping[str, str], per_page: int = PER_PAGE) -> RecipientsPage:
    """The page that *query* asks for: ``after`` or ``before`` a position, ``state`` and ``number``."""
    filters = Filters.of(query)
    before, after = _position(query.get("before")), _position(query.get("after")) or 0
    found = keyset.leaf(filtered(campaign, filters), "position", before=before, after=after, per_page=per_page)
    rows = found.rows
    here = filters.address(after=after) if before is None else filters.address(before=before)
    previous = filters.address(before=rows[0].position) if rows and found.has_previous else ""
    following = filters.address(after=rows[-1].position) if rows and found.has_next else ""
    return RecipientsPage(rows, filters, previous, following, here)


def filtered(campaign: Campaign, filters: Filters) -> QuerySet[Recipient]:
    rows = Recipient.objects.filter(campaign=campaign)
    if filters.number:
        rows = _with_number(rows, filters.number)
    return rows.filter(state=filters.state) if filters.state else rows


def _with_number(rows: QuerySet[Recipient], digits: str) -> QuerySet[Recipient]:
    if len(digits) >= WHOLE_NUMBER:
        whole = rows.filter(number__in=[digits, f"86{digits}"])
        if whole.exists():
            return whole
    return rows.filter(number__endswith=digits)


def _position(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
