"""Pages of a campaign's recipients by key: as quick at the millionth row as at the first."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet

from campaigns.models import Campaign, Recipient
from campaigns.statuses import RecipientState

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
        digits = "".join(sign for sign in query.get("number", "") if sign in "0123456789")
        return cls(state if state in RecipientState.values else "", digits[:15])

    def __bool__(self) -> bool:
        return bool(self.state or self.number)

    def address(self, **more: object) -> str:
        """The query string of these filters and *more*."""
        pairs = {"state": self.state, "number": self.number, **more}
        return "?" + urlencode({name: value for name, value in pairs.items() if value})


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
    rows = filtered(campaign, filters)
    before, after = _position(query.get("before")), _position(query.get("after")) or 0
    if before is not None:
        found = list(rows.filter(position__lt=before).order_by("-position")[: per_page + 1])
        shown = found[:per_page][::-1]
        here = filters.address(before=before)
        return _page(shown, filters, here, has_previous=len(found) > per_page, has_next=True)
    found = list(rows.filter(position__gt=after).order_by("position")[: per_page + 1])
    here = filters.address(after=after)
    return _page(found[:per_page], filters, here, has_previous=after > 0, has_next=len(found) > per_page)


def _page(rows: list[Recipient], filters: Filters, here: str, *, has_previous: bool, has_next: bool) -> RecipientsPage:
    previous = filters.address(before=rows[0].position) if rows and has_previous else ""
    following = filters.address(after=rows[-1].position) if rows and has_next else ""
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
