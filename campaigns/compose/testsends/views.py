"""Sending tests, and what became of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.compose.base import load_campaign
from campaigns.models import Campaign
from notifyadmin.web.views import FormPage, Fragment

from .cards import first_values, shown
from .forms import TrialForm
from .services import send_test

ALL = 50


class TrialPage(FormPage[TrialForm]):
    """The form, and all tests of a campaign."""

    permission_required = "campaigns.start_campaign"
    template_name = "campaigns/compose/testsends/page.html"
    title = _("Tests")
    success_message = _("The test is on its way.")

    @cached_property
    def campaign(self) -> Campaign:
        return load_campaign(self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.campaign.is_test:
            return redirect("campaigns:tests", self.campaign.test_of_id)
        return super().get(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> TrialForm:
        return TrialForm(self.campaign, **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        return first_values(self.request.user)

    def get_crumbs(self) -> Any:
        own_page = reverse("campaigns:detail", args=[self.campaign.pk])
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.name, own_page))

    def save(self, form: TrialForm) -> str:
        cleaned = form.cleaned_data
        send_test(self.campaign, cleaned["numbers"], cleaned["position"], self.request.user)
        url = reverse("campaigns:check" if self.campaign.is_composed else "campaigns:tests", args=[self.campaign.pk])
        return f"{url}#tests"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"campaign": self.campaign, "trial_form": context["form"]} | shown(self.campaign, ALL)


class TrialsFragment(Fragment):
    """The state of the latest tests, number by number."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/compose/testsends/_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaign = load_campaign(self.kwargs["pk"])
        return super().get_context_data(**kwargs) | {"campaign": campaign} | shown(campaign)
