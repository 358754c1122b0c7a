"""Asking before something is done to many recipients, with counts, and doing it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.compose.beginnings.resends.groups import Group
from campaigns.compose.beginnings.resends.services import send_again
from campaigns.models import Campaign
from campaigns.people.suppression import services as suppression
from campaigns.people.suppression.forms import EntryForm
from notifyadmin.web.errors import Refusal
from notifyadmin.web.views import Form, FormPage
from providers.contract.words import Words, gettext_noop

from . import bulk
from .confirming import grown
from .forms import NothingMore
from .views import VIEW, OneCampaign

MOST_SUPPRESSED = 20_000
"""Numbers that are put on the suppression list by one click; more come as a file."""

TOO_MANY = gettext_noop(
    "These are more than %(most)s people. Narrow the list, or export it and import the file into the suppression list."
)


class BulkPage(OneCampaign, FormPage[Form]):
    """A page that asks, about those whom the address chooses. ``nobody`` is said when it chooses none."""

    template_name = "campaigns/following/recipients/ask.html"
    nobody: Any = _("Nobody is chosen. Tick somebody, or all of them.")

    @cached_property
    def chosen(self) -> bulk.Chosen:
        return bulk.Chosen.of(self.request.GET)

    def amount(self) -> int:
        """How many it would be done to."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.amount():
            messages.warning(request, self.nobody)
            return redirect(self.get_cancel_url())
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        """Nothing is done to more people than were confirmed."""
        words = grown(self.request, self.amount())
        if words:
            form.add_error(None, words)
            return self.form_invalid(form)
        return super().form_valid(form)

    def get_crumbs(self) -> Any:
        return (*super().get_crumbs(), (_("Recipients"), self.list_url()))

    def get_cancel_url(self) -> str:
        return self.list_url() + (self.chosen.filters.address() or "?")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"campaign": self.campaign, "amount": self.amount()}


class AgainChosen(BulkPage[NothingMore]):
    """A draft with those of the chosen who were not reached."""

    permission_required = (VIEW, bulk.AGAIN)
    form_class = NothingMore
    title = _("Send again to…")
    submit_label = _("Make a draft of them")
    success_message = _("A new draft with these people. Nobody is sent to before you start it.")
    nobody = _("Nobody of them can be sent to again: only who was not reached, or has no receipt in time, can be.")
    intro = _("Who was reached, still waits or is skipped is left out.")

    @cached_property
    def campaign(self) -> Campaign:
        return get_object_or_404(Campaign.objects.real(), pk=self.kwargs["pk"])

    @cached_property
    def groups(self) -> list[tuple[Group, int]]:
        return bulk.repeatable_groups(self.chosen.rows(self.campaign))

    def amount(self) -> int:
        return sum(number for _group, number in self.groups)

    def save(self, form: NothingMore) -> str:
        groups = [group for group, _number in self.groups]
        draft = send_again(self.campaign, groups, self.request.user, self.chosen.rows(self.campaign))
        return reverse("campaigns:check", args=[draft.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = [(group.state, group.state_label, group.label, group.hint, number) for group, number in self.groups]
        return super().get_context_data(**kwargs) | {"lines": lines}


class SuppressChosen(BulkPage[EntryForm]):
    """The numbers of the chosen on the suppression list."""

    permission_required = (VIEW, bulk.SUPPRESS)
    form_class = EntryForm
    title = _("Put on the suppression list")
    submit_label = _("Put on the suppression list")
    intro = _("Campaigns that run leave them out from now on; requests that are under way end by themselves.")

    @cached_property
    def numbers(self) -> list[str]:
        return list(bulk.numbers_of(self.chosen.rows(self.campaign), MOST_SUPPRESSED + 1))

    def amount(self) -> int:
        return len(self.numbers)

    def save(self, form: EntryForm) -> str:
        if len(self.numbers) > MOST_SUPPRESSED:
            raise Refusal(Words(TOO_MANY, {"most": number_format(MOST_SUPPRESSED, force_grouping=True)}))
        added = suppression.add(self.numbers, user=self.request.user, **form.values())
        messages.success(self.request, _suppressed(added.new, len(self.numbers) - added.new))
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        too_many = len(self.numbers) > MOST_SUPPRESSED
        words = Words(TOO_MANY, {"most": number_format(MOST_SUPPRESSED, force_grouping=True)})
        return super().get_context_data(**kwargs) | {"refused": words if too_many else None}


def _suppressed(new: int, known: int) -> str:
    text = ngettext("%(count)s number was added.", "%(count)s numbers were added.", new)
    words = text % {"count": number_format(new, force_grouping=True)}
    if not known:
        return words
    text = ngettext(
        "%(count)s was on the list already and keeps its reason.",
        "%(count)s were on the list already and keep their reason.",
        known,
    )
    return f"{words} {text % {'count': number_format(known, force_grouping=True)}}"
