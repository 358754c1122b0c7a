"""Buttons of a campaign that was started: pause, resume, cancel."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle import services
from campaigns.models import Campaign
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView


class LifeAction(ActionView[Campaign]):
    """One of the services of a campaign's life."""

    permission_required = "campaigns.start_campaign"
    model = Campaign
    service: Callable[..., None]

    def perform(self, request: StaffRequest) -> Any:
        type(self).service(self.get_object(), request.user)

    def get_success_url(self) -> str:
        return reverse("campaigns:detail", args=[self.kwargs["pk"]])


class Pause(LifeAction):
    service = staticmethod(services.pause)
    success_message = _("Paused. Requests that are under way end by themselves; nothing new is sent.")


class Resume(LifeAction):
    service = staticmethod(services.resume)
    success_message = _("The campaign goes on.")


class Cancel(LifeAction):
    service = staticmethod(services.cancel)
    success_message = _("Cancelling: who was not sent to yet will not be.")
