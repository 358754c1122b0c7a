"""Another time for what is scheduled, or none any more."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.compose.base import load_campaign
from campaigns.compose.start.actions import refuse_what_blocks
from campaigns.lifecycle.actions import LifeAction
from campaigns.lifecycle.scheduling import services
from campaigns.models import Campaign
from notifyadmin.web.views import FormPage

from .forms import ScheduleForm


class ReschedulePage(FormPage[ScheduleForm]):
    """Another time for what is scheduled already; a draft has its schedule among its steps."""

    permission_required = "campaigns.start_campaign"
    template_name = "campaigns/compose/schedule/form.html"
    form_class = ScheduleForm
    title = _("Choose another time")
    submit_label = _("Schedule the start")
    success_message = _("Scheduled. It starts by itself at that time.")

    @cached_property
    def campaign(self) -> Campaign:
        return load_campaign(self.kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may = request.user.is_authenticated and self.has_permission()
        if may and self.campaign.is_draft:
            return redirect("campaigns:schedule", self.campaign.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self) -> Any:
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.name, self.get_cancel_url()))

    def get_cancel_url(self) -> str:
        return reverse("campaigns:detail", args=[self.campaign.pk])

    def get_initial(self) -> dict[str, Any]:
        chosen = self.campaign.scheduled_at
        return {"at": chosen if chosen and chosen > timezone.now() else _next_full_hour()}

    def save(self, form: ScheduleForm) -> str:
        refuse_what_blocks(self.campaign)
        services.schedule(self.campaign, form.cleaned_data["at"], self.request.user)
        return self.get_cancel_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"campaign": self.campaign}


class Unschedule(LifeAction):
    """Back to a draft, which may be changed."""

    service = staticmethod(services.unschedule)
    success_message = _("It is a draft again and does not start by itself.")


def _next_full_hour() -> Any:
    soon = timezone.now() + services.SOONEST
    return soon.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
