"""Confirming a decision about unknown recipients."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.following.recipients.confirming import grown
from campaigns.models import Campaign
from campaigns.models.statuses import RecipientState
from notifyadmin.web.views import FormPage

from .choices import MEANINGS, Choice, Meaning
from .forms import NoteForm
from .selectors import Picked
from .services import ENDING, NO_LONGER_SENDS, resolve


class ResolvePage(FormPage):
    """What is about to be decided, for how many, and what follows from it."""

    permission_required = "campaigns.start_campaign"
    template_name = "campaigns/following/recipients/unknowns/confirm.html"
    form_class = NoteForm
    nobody: Any = _("Nobody is chosen who is unknown. Tick somebody, or all of them.")

    @cached_property
    def campaign(self) -> Campaign:
        return get_object_or_404(Campaign.objects.select_related("account"), pk=self.kwargs["pk"])

    @cached_property
    def meaning(self) -> Meaning:
        choice = self.request.GET.get("choice", "")
        if choice not in Choice.values:
            raise Http404
        return MEANINGS[Choice(choice)]

    @cached_property
    def picked(self) -> Picked:
        return Picked.of(self.request.GET)

    @cached_property
    def count(self) -> int:
        return self.picked.rows(self.campaign).count()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.count:
            messages.warning(request, self.nobody)
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def get_title(self) -> Any:
        return self.meaning.choice.label

    def get_crumbs(self) -> Any:
        own_page = reverse("campaigns:detail", args=[self.campaign.pk])
        listed = (_("Campaigns"), reverse("campaigns:list"))
        return (listed, (self.campaign.name, own_page), (self.list_label(), self.get_cancel_url()))

    def list_label(self) -> Any:
        return _("Unknown recipients")

    def get_cancel_url(self) -> str:
        return reverse("campaigns:recipients", args=[self.campaign.pk]) + f"?state={RecipientState.UNKNOWN}"

    def form_valid(self, form: NoteForm) -> HttpResponse:
        words = grown(self.request, self.count)
        if words:
            form.add_error(None, words)
            return self.form_invalid(form)
        return super().form_valid(form)

    def save(self, form: NoteForm) -> str:
        picked, choice = self.picked, self.meaning.choice
        rows = picked.rows(self.campaign)
        count = resolve(self.campaign, choice, self.request.user, among=rows, note=form.cleaned_data["note"])
        messages.success(self.request, said(count))
        return reverse("campaigns:detail", args=[self.campaign.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "campaign": self.campaign,
            "meaning": self.meaning,
            "count": self.count,
            "others": [(meaning, self._address(meaning)) for meaning in self.others()],
            "refused": self.refused(),
        }

    def others(self) -> Any:
        return [meaning for meaning in MEANINGS.values() if meaning != self.meaning]

    def refused(self) -> Any:
        """Why it is not possible now, in words."""
        return NO_LONGER_SENDS if self.meaning.choice is Choice.AGAIN and self.campaign.state in ENDING else None

    def _address(self, meaning: Any) -> str:
        query = self.request.GET.copy()
        query["choice"] = meaning.choice.value
        return f"?{query.urlencode()}"


def said(count: int) -> str:
    text = ngettext("Decided about %(count)s recipient.", "Decided about %(count)s recipients.", count)
    return text % {"count": number_format(count, force_grouping=True)}
