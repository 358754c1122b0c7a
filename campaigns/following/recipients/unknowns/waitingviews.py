"""Confirming a decision about recipients who wait."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Recipient
from campaigns.models.recipient_filters import Filters
from campaigns.models.recipient_search import filtered
from campaigns.models.statuses import SENDABLE_STATES, RecipientState
from notifyadmin.web.keys import given

from .forms import NoteForm
from .selectors import keys_of
from .views import DecisionPage, said
from .waiting import MEANINGS, Meaning, Waiting, decide, hindrance


@dataclass(frozen=True, slots=True)
class Picked:
    """Those who wait, or are held: everybody who fits the filters (``ids`` is None), or those with these keys."""

    ids: tuple[int, ...] | None
    filters: Filters

    @classmethod
    def of(cls, query: QueryDict) -> "Picked":
        """What an address picks; what cannot be read in it picks nobody."""
        state = query.get("state", "")
        state = state if state in SENDABLE_STATES else RecipientState.PENDING.value
        return cls(
            None if query.get("all") else keys_of(query.getlist("id")), Filters.of({**given(query), "state": state})
        )

    def rows(self, campaign: Campaign) -> QuerySet[Recipient]:
        rows = filtered(campaign, self.filters)
        return rows if self.ids is None else rows.filter(pk__in=self.ids)


class WaitingPage(DecisionPage):
    """Deciding about people who wait, or are held."""

    template_name = "campaigns/following/recipients/unknowns/waiting.html"
    nobody = _("Nobody is chosen who waits. Tick somebody, or all of them.")

    @cached_property
    def meaning(self) -> Meaning:
        choice = self.request.GET.get("choice", "")
        if choice not in Waiting.values:
            raise Http404
        return MEANINGS[Waiting(choice)]

    @cached_property
    def picked(self) -> Picked:
        return Picked.of(self.request.GET)

    def chosen(self) -> Meaning:
        return self.meaning

    def rows(self) -> QuerySet[Recipient]:
        return self.picked.rows(self.campaign)

    def list_label(self) -> Any:
        return RecipientState(self.picked.filters.state).label

    def get_cancel_url(self) -> str:
        return reverse("campaigns:recipients", args=[self.campaign.pk]) + f"?state={self.picked.filters.state}"

    def save(self, form: NoteForm) -> str:
        rows, choice = self.rows(), self.meaning.choice
        count = decide(self.campaign, choice, self.request.user, among=rows, note=form.cleaned_data["note"])
        messages.success(self.request, said(count))
        return reverse("campaigns:detail", args=[self.campaign.pk])

    def others(self) -> list[Meaning]:
        return [meaning for meaning in MEANINGS.values() if meaning != self.meaning]

    def refused(self) -> Any:
        return hindrance(self.campaign)
