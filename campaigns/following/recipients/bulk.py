"""What can be done to many recipients at once, and to whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.compose.beginnings.resends.groups import STATES as REPEATABLE
from campaigns.compose.beginnings.resends.groups import Group as AgainGroup
from campaigns.following.recipients.unknowns.choices import Choice
from campaigns.following.recipients.unknowns.selectors import keys_of
from campaigns.following.recipients.unknowns.services import ENDING
from campaigns.following.recipients.unknowns.waiting import Waiting, hindrance
from campaigns.models import Campaign, Recipient
from campaigns.models.recipient_filters import Filters
from campaigns.models.recipient_search import filtered
from campaigns.models.statuses import SENDABLE_STATES, CampaignState, RecipientState
from notifyadmin.web.keys import given
from notifyadmin.web.phones import ERASED
from notifyadmin.web.words import in_words

AGAIN, SUPPRESS, RESOLVE = "campaigns.add_campaign", "campaigns.add_suppression", "campaigns.start_campaign"
DECIDABLE = (CampaignState.RUNNING, CampaignState.PAUSED)
NOT_STARTED = (CampaignState.DRAFT, CampaignState.PENDING_APPROVAL, CampaignState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A button over the ticked rows. ``choice`` is what it says to the page behind it; ``refused`` why it may not."""

    label: Any
    url: str
    choice: str = ""
    refused: Any = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Recipients: everybody who fits the filters (``ids`` is None), or those with these keys."""

    ids: tuple[int, ...] | None
    filters: Filters

    @classmethod
    def of(cls, query: QueryDict) -> "Chosen":
        """Who is chosen in an address; what cannot be read in it chooses nobody."""
        return cls(None if query.get("all") else keys_of(query.getlist("id")), Filters.of(given(query)))

    def rows(self, campaign: Campaign) -> QuerySet[Recipient]:
        rows = filtered(campaign, self.filters)
        return rows if self.ids is None else rows.filter(pk__in=self.ids)


def offered_actions(campaign: Campaign, filters: Filters, user: AbstractBaseUser | Any) -> list[BulkAction]:
    """What *user* may do to recipients like these, as far as the state in the filters tells."""
    return [*_resolving(campaign, filters, user), *_others(campaign, filters, user)]


def _resolving(campaign: Campaign, filters: Filters, user: Any) -> Iterator[BulkAction]:
    if not user.has_perm(RESOLVE):
        return
    if filters.state in SENDABLE_STATES and campaign.state in DECIDABLE:
        yield from _waiting(campaign)
    if filters.state != RecipientState.UNKNOWN:
        return
    url = reverse("campaigns:resolve", args=[campaign.pk])
    cancelled = _("This campaign was cancelled; it sends to nobody again.") if campaign.state in ENDING else ""
    for choice in Choice:
        yield BulkAction(choice.label, url, choice.value, cancelled if choice is Choice.AGAIN else "")


def _waiting(campaign: Campaign) -> Iterator[BulkAction]:
    url = reverse("campaigns:resolve_waiting", args=[campaign.pk])
    words = hindrance(campaign)
    for choice in Waiting:
        yield BulkAction(choice.label, url, choice.value, in_words(words) if words else "")


def _others(campaign: Campaign, filters: Filters, user: Any) -> Iterator[BulkAction]:
    repeatable = not filters.state or filters.state in REPEATABLE
    started = campaign.state not in NOT_STARTED and not campaign.is_test
    if repeatable and started and user.has_perm(AGAIN):
        yield BulkAction(_("Send again to…"), reverse("campaigns:recipients_again", args=[campaign.pk]))
    if user.has_perm(SUPPRESS):
        yield BulkAction(_("Put on the suppression list"), reverse("campaigns:recipients_suppress", args=[campaign.pk]))


def repeatable_groups(rows: QuerySet[Recipient]) -> list[tuple[AgainGroup, int]]:
    """Those of *rows* who may be sent to again and are not erased, by state and failure class, the largest first.

    One statement.
    """
    sums: dict[AgainGroup, int] = {}
    there = rows.filter(state__in=REPEATABLE).exclude(number__startswith=ERASED)
    counted = there.order_by().values_list("state", "failure").annotate(n=Count("pk"))
    for state, failure, number in counted:
        group = AgainGroup.of(f"{state}:{failure}")
        sums[group] = sums.get(group, 0) + number
    return sorted(sums.items(), key=lambda pair: -pair[1])


def numbers_of(rows: QuerySet[Recipient], most: int) -> Sequence[str]:
    """The numbers of up to *most* of *rows*; an erased one is no number any more."""
    found = rows.order_by("position").values_list("number", flat=True)[:most]
    return [number for number in found if number.isdigit()]
