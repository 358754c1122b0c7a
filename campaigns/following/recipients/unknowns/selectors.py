"""Whom a decision is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from campaigns.models import Campaign, Recipient
from campaigns.models.recipient_filters import Filters
from campaigns.models.recipient_search import filtered
from campaigns.models.statuses import RecipientState
from notifyadmin.web.keys import given

MOST_NAMED = 1000


@dataclass(frozen=True, slots=True)
class Picked:
    """Unknown recipients: everybody who fits the filters (``ids`` is None), or those with these keys."""

    ids: tuple[int, ...] | None
    filters: Filters

    @classmethod
    def of(cls, query: QueryDict) -> "Picked":
        """What an address picks; what cannot be read in it picks nobody."""
        narrowed = Filters.of({**given(query), "state": RecipientState.UNKNOWN.value})
        return cls(None if query.get("all") else keys_of(query.getlist("id")), narrowed)

    def rows(self, campaign: Campaign) -> QuerySet[Recipient]:
        """Those of them who are unknown now."""
        rows = filtered(campaign, self.filters)
        return rows if self.ids is None else rows.filter(pk__in=self.ids)


def keys_of(texts: Sequence[str]) -> tuple[int, ...]:
    """The keys in an address, as many of them as are named at once."""
    readable = (text for text in texts[:MOST_NAMED] if text.isascii() and text.isdigit() and len(text) < 19)
    return tuple(map(int, readable))
