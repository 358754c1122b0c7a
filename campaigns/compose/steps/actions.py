"""Buttons of a draft besides its start."""

from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView

from . import services


class DeleteDraft(ActionView[Campaign]):
    """Throw a draft away."""

    permission_required = "campaigns.change_campaign"
    model = Campaign
    success_message = _("The draft is deleted.")
    success_url = "campaigns:list"

    def perform(self, request: StaffRequest) -> None:
        services.delete_draft(self.get_object())
