"""Pages of retention."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Activity, ActivityKind, Erasure, Retention
from notifyadmin.web.actions import Action
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, FormPage

from . import onenumber
from .erasing import days_kept, due
from .forms import EraseForm, RetentionForm
from .services import set_days

LATEST = 10
SETTINGS = "campaigns:retention:settings"
ERASE = "campaigns:retention:erase"


class RetentionPage(FormPage[RetentionForm]):
    """After how many days what is erased, what that would be now, and what was erased lately."""

    permission_required = "campaigns.change_retention"
    template_name = "campaigns/privacy/settings.html"
    form_class = RetentionForm
    title = _("Retention")
    submit_label = _("Save")
    success_message = _("Saved. What is old enough is erased the next night.")

    def get_initial(self) -> dict[str, Any]:
        return {"days": days_kept()}

    def get_actions(self) -> Sequence[Action]:
        return (Action(_("Erase one number"), reverse(ERASE), "campaigns.erase_number"),)

    def save(self, form: RetentionForm) -> str:
        set_days(form.cleaned_data["days"], self.request.user)
        return reverse(SETTINGS)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        days = days_kept()
        lines = Activity.objects.filter(kind=ActivityKind.ERASED).select_related("user")[:LATEST]
        return super().get_context_data(**kwargs) | {
            "days": days,
            "due": due(timezone.now() - timedelta(days=days)) if days else None,
            "lines": lines,
            "erasures": onenumber.latest(LATEST),
            "retention": Retention.objects.select_related("changed_by").first(),
        }


class ErasePage(FormPage[EraseForm]):
    """Everything about one number, on demand."""

    permission_required = "campaigns.erase_number"
    template_name = "campaigns/privacy/erase.html"
    form_class = EraseForm
    title = _("Erase one number")
    submit_label = _("Erase")
    intro = _(
        "Takes the number, its texts and what was said about it out of all campaigns, receipts, pushes, replies and "
        "contacts. Counts, states, times and costs stay. It is done in the background; this page says when it is done."
    )
    success_message = _("The number is being erased. This page says when it is done.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((_("Activity"), reverse("campaigns:activity:list")),)

    def get_cancel_url(self) -> str:
        return reverse("campaigns:activity:list")

    def get_initial(self) -> dict[str, Any]:
        number = self.request.GET.get("number", "")[:20].strip()
        return {"number": f"+{number.lstrip('+')}" if number else ""}

    def save(self, form: EraseForm) -> str:
        data = form.cleaned_data
        onenumber.ask(data["number"], self.request.user, data["reason"], suppression=bool(data["suppression"]))
        return reverse(ERASE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"erasures": onenumber.latest(LATEST)}


class EraseAgain(ActionView[Erasure]):
    """Once more what could not be erased."""

    permission_required = "campaigns.erase_number"
    model = Erasure
    success_url = ERASE
    success_message = _("It is tried again. This page says when it is done.")

    def perform(self, request: StaffRequest) -> None:
        onenumber.try_again(self.get_object())
