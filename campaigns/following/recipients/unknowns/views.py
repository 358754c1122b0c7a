"""Confirming a decision about unknown recipients."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.contrib import messages
from django.db.models import QuerySet, TextChoices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.following.recipients.confirming import grown
from campaigns.models import Campaign, Recipient
from campaigns.models.statuses import RecipientState
from notifyadmin.web.views import FormPage

from .choices import MEANINGS, Choice, Meaning
from .forms import NoteForm
from .selectors import Picked
from .services import ENDING, NO_LONGER_SENDS, resolve


class Explained(Protocol):
    """A choice and what it means."""

    @property
    def choice(self) -> TextChoices: ...


class DecisionPage(FormPage[NoteForm]):
    """What is about to be decided about people, for how many, and what follows from it."""

    permission_required = "campaigns.start_campaign"
    template_name = "campaigns/following/recipients/unknowns/confirm.html"
    form_class = NoteForm
    nobody: Any

    @cached_property
    def campaign(self) -> Campaign:
        return get_object_or_404(Campaign.objects.select_related("account"), pk=self.kwargs["pk"])

    def chosen(self) -> Explained:
        """What is about to be decided."""
        raise NotImplementedError

    def others(self) -> Sequence[Explained]:
        """What might be decided instead."""
        raise NotImplementedError

    def rows(self) -> QuerySet[Recipient]:
        """Whom it is decided about."""
        raise NotImplementedError

    def list_label(self) -> Any:
        """The list that they are in, in words."""
        raise NotImplementedError

    def refused(self) -> Any:
        """Why it is not possible now, in words."""
        raise NotImplementedError

    @cached_property
    def count(self) -> int:
        return self.rows().count()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.count:
            messages.warning(request, self.nobody)
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return self.chosen().choice.label

    def get_crumbs(self) -> Any:
        own_page = reverse("campaigns:detail", args=[self.campaign.pk])
        listed = (_("Campaigns"), reverse("campaigns:list"))
        return (listed, (self.campaign.name, own_page), (self.list_label(), self.get_cancel_url()))

    def form_valid(self, form: NoteForm) -> HttpResponse:
        words = grown(self.request, self.count)
        if words:
            form.add_error(None, words)
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "campaign": self.campaign,
            "meaning": self.chosen(),
            "count": self.count,
            "others": [(meaning, self._address(meaning)) for meaning in self.others()],
            "refused": self.refused(),
        }

    def _address(self, meaning: Explained) -> str:
        query = self.request.GET.copy()
        query["choice"] = meaning.choice.value
        return f"?{query.urlencode()}"


class ResolvePage(DecisionPage):
    """Deciding about unknown recipients."""

    nobody = _("Nobody is chosen who is unknown. Tick somebody, or all of them.")

    @cached_property
    def meaning(self) -> Meaning:
        choice = self.request.GET.get("choice", "")
        if choice not in Choice.values:
            raise Http404
        return MEANINGS[Choice(choice)]

    @cached_property
    def picked(self) -> Picked:
        return Picked.of(self.request.GET)

    def chosen(self) -> Meaning:
        return self.meaning

    def others(self) -> list[Meaning]:
        return [meaning for meaning in MEANINGS.values() if meaning != self.meaning]

    def rows(self) -> QuerySet[Recipient]:
        return self.picked.rows(self.campaign)

    def list_label(self) -> Any:
        return _("Unknown recipients")

    def get_cancel_url(self) -> str:
        return reverse("campaigns:recipients", args=[self.campaign.pk]) + f"?state={RecipientState.UNKNOWN}"

    def save(self, form: NoteForm) -> str:
        choice, note = self.meaning.choice, form.cleaned_data["note"]
        count = resolve(self.campaign, choice, self.request.user, among=self.rows(), note=note)
        messages.success(self.request, said(count))
        return reverse("campaigns:detail", args=[self.campaign.pk])

    def refused(self) -> Any:
        return NO_LONGER_SENDS if self.meaning.choice is Choice.AGAIN and self.campaign.state in ENDING else None


def said(count: int) -> str:
    text = ngettext("Decided about %(count)s recipient.", "Decided about %(count)s recipients.", count)
    return text % {"count": number_format(count, force_grouping=True)}
