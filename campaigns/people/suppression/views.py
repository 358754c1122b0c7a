"""Pages of the suppression list."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.models import Suppression
from notifyadmin.web.actions import Action
from notifyadmin.web.phones import grouped
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, FormPage, ListPage

from . import services
from .filters import SuppressionFilter
from .forms import AddForm, EntryForm, what_of
from .tables import SuppressionTable

VIEW, ADD = "campaigns.view_suppression", "campaigns.add_suppression"
CHANGE, DELETE = "campaigns.change_suppression", "campaigns.delete_suppression"
LIST = "campaigns:suppression:list"


class SuppressionList(ListPage[Suppression]):
    permission_required = VIEW
    model = Suppression
    template_name = "campaigns/people/suppression/list.html"
    table_class = SuppressionTable
    filterset_class = SuppressionFilter
    title = _("Suppression list")
    intro = _("Numbers that campaigns leave out: when a list is read, and once more at the moment of sending.")
    empty_title = _("Nobody is on the suppression list")
    empty_text = _(
        "Whoever opted out or must not be called belongs here. Replies that mean “stop” come here by themselves."
    )
    empty_action = (_("Add numbers"), "campaigns:suppression:add", ADD)

    def base_queryset(self) -> QuerySet[Suppression]:
        return Suppression.objects.select_related("created_by")

    export_url = "campaigns:suppression:export"

    def get_actions(self) -> Sequence[Action]:
        return (
            Action(_("Import a file"), reverse("campaigns:suppression:import", args=["both", "opt_out"]), ADD),
            Action(_("Add numbers"), reverse("campaigns:suppression:add"), ADD, primary=True),
        )


class AddNumbers(FormPage[AddForm]):
    """One or several numbers by hand."""

    permission_required = ADD
    template_name = "campaigns/people/suppression/form.html"
    form_class = AddForm
    title = _("Add to the suppression list")
    submit_label = _("Add")
    cancel_url = LIST
    intro = _("Campaigns that run leave them out from now on; requests that are under way end by themselves.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((_("Suppression list"), reverse(LIST)),)

    def get_initial(self) -> dict[str, Any]:
        return {"numbers": self.request.GET.get("number", "")[:60]}

    def save(self, form: AddForm) -> str:
        numbers = form.cleaned_data["numbers"]
        added = services.add(numbers, user=self.request.user, **form.values())
        text = ngettext("%(count)s number was added.", "%(count)s numbers were added.", added.new)
        words = text % {"count": added.new}
        known = len(numbers) - added.new
        if known:
            text = ngettext(
                "%(count)s was on the list already and keeps its reason.",
                "%(count)s were on the list already and keep their reason.",
                known,
            )
            words = f"{words} {text % {'count': known}}"
        messages.success(self.request, words)
        return reverse(LIST)


class EditNumber(FormPage[EntryForm]):
    """What one number is forbidden, and why; where it came from."""

    permission_required = CHANGE
    form_class = EntryForm
    template_name = "campaigns/people/suppression/edit.html"
    success_message = _("Saved.")
    cancel_url = LIST

    @cached_property
    def entry(self) -> Suppression:
        return get_object_or_404(Suppression.objects.select_related("created_by"), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return grouped(self.entry.number)

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((_("Suppression list"), reverse(LIST)),)

    def get_initial(self) -> dict[str, Any]:
        return {"what": what_of(self.entry), "reason": self.entry.reason, "note": self.entry.note}

    def save(self, form: EntryForm) -> str:
        services.change(self.entry, form.values(), self.request.user)
        return reverse(LIST)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"entry": self.entry}


class RemoveNumber(ActionView[Suppression]):
    permission_required = DELETE
    model = Suppression
    success_url = LIST
    success_message = _("Taken off the list. Campaigns may reach this number again; who was skipped stays skipped.")

    def perform(self, request: StaffRequest) -> None:
        services.remove(self.get_object(), request.user)
