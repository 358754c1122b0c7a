"""Asking for an approval, and deciding about it on the check page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.compose.approval.cards import card
from campaigns.compose.approval.forms import APPROVE, DecisionForm
from campaigns.compose.base import load_campaign
from campaigns.compose.start.actions import refuse_what_blocks
from campaigns.compose.start.views import CheckPage
from campaigns.lifecycle.approval import services
from campaigns.models import Campaign
from notifyadmin.web.errors import Refusal
from notifyadmin.web.generics import FormMixin
from notifyadmin.web.keeping import taken
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView


class _OnCheckPage(ActionView[Campaign]):
    """A button of the check page."""

    permission_required = "campaigns.change_campaign"
    model = Campaign

    def get_success_url(self) -> str:
        return reverse("campaigns:check", args=[self.kwargs["pk"]])


class AskApproval(_OnCheckPage):
    """Ask somebody else to approve. What the check forbids is refused here again, whatever the page showed."""

    success_message = _("It waits for the approval of somebody else. Nothing is sent before.")

    def perform(self, request: StaffRequest) -> None:
        campaign = load_campaign(self.kwargs["pk"])
        refuse_what_blocks(campaign)
        services.ask(campaign, request.user)


class TakeBack(_OnCheckPage):
    """Stop waiting for an approval, to change something."""

    success_message = _("It is a draft again and may be changed. Then ask for the approval again.")

    def perform(self, request: StaffRequest) -> None:
        services.take_back(load_campaign(self.kwargs["pk"]), request.user)


class Decide(FormMixin[DecisionForm], CheckPage):
    """The decision, made on the check page; with something wrong that page is shown again with what was typed."""

    permission_required = services.PERMISSION
    form_class = DecisionForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("campaigns:check", self.campaign.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        try:
            self._decide(form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)
        return taken(request, redirect("campaigns:check", self.campaign.pk))

    def _decide(self, decided: dict[str, Any]) -> None:
        if decided["decision"] == APPROVE:
            services.approve(self.campaign, self.request.user, seen=decided["seen"], note=decided["note"])
        else:
            services.refuse(self.campaign, self.request.user, reason=decided["note"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"approval": card(self.campaign, self.request.user, context["form"])}
