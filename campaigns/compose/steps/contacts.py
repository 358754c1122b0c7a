"""Choosing a contact list in the audience step of a draft."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext

from campaigns.compose.base import CHANGE, DraftMixin
from campaigns.models import ListFile, ListState
from campaigns.people.contacts import selectors, taking
from campaigns.people.contacts.forms import ChoiceForm
from notifyadmin.web.views import FormPage, Fragment
from notifyadmin.web.words import in_words

PERMISSIONS = (CHANGE, "campaigns.view_contactlist")


class TakePage(DraftMixin, FormPage[ChoiceForm]):
    """A contact list and its tags; how many that are is counted while choosing."""

    permission_required = PERMISSIONS
    template_name = "campaigns/people/contacts/take.html"
    form_class = ChoiceForm
    step = "audience"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs if self.request.method == "POST" else kwargs | {"data": self.request.GET or None}

    def save(self, form: ChoiceForm) -> str:
        choice = form.choice()
        assert choice is not None  # noqa: S101 - the form is valid
        made = taking.take(self.campaign, choice, self.request.user)
        if made.state == ListState.READING:
            messages.info(self.request, gettext("The contacts are being added; the list below shows how far that is."))
        elif made.state == ListState.FAILED:
            messages.error(self.request, in_words(made.words))
        else:
            self._tell(made)
        return reverse("campaigns:audience", args=[self.campaign.pk])

    def _tell(self, made: ListFile) -> None:
        left_out = made.rows - made.good
        words = gettext("%(good)s of %(rows)s contacts were added.") % {"good": made.good, "rows": made.rows}
        if left_out:
            words += " " + gettext("The others are listed below with the reason.")
        messages.add_message(self.request, messages.WARNING if left_out else messages.SUCCESS, words)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        choice = context["form"].choice()
        return context | {"reach": selectors.reach(choice, self.campaign) if choice else None}


class TakeCount(DraftMixin, Fragment):
    """The form with the tags of the chosen list, and the count, while people choose."""

    permission_required = PERMISSIONS
    template_name = "campaigns/people/contacts/_take.html"
    step = "audience"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = ChoiceForm(self.request.GET)
        choice = form.choice()
        reach = selectors.reach(choice, self.campaign) if choice else None
        return super().get_context_data(**kwargs) | {"form": form, "campaign": self.campaign, "reach": reach}
