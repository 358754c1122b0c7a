"""What every page of a draft has in common."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle.approval.guard import note_change
from campaigns.models import Campaign
from campaigns.models.statuses import CampaignState
from notifyadmin.web.views import StaffMixin

from . import stepbar

CHANGE = "campaigns.change_campaign"


def load_campaign(pk: int) -> Campaign:
    """The campaign with everything that composing looks at, or a 404."""
    related = ("account", "template", "voice_file", "created_by", "approved_by", "repeats", "copied_from")
    return get_object_or_404(Campaign.objects.select_related(*related), pk=pk)


class DraftMixin(StaffMixin):
    """A page of a draft. What has left the draft goes to the campaign's own page.

    Except what was just written: it is shown again with the reason why it cannot be kept.
    """

    step = ""
    states: tuple[CampaignState, ...] = (CampaignState.DRAFT,)
    changes = True
    """Whether what is posted here changes the draft."""

    @cached_property
    def campaign(self) -> Campaign:
        return load_campaign(self.kwargs["pk"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may = request.user.is_authenticated and self.has_permission()
        if may and request.method != "POST" and self.campaign.state not in self.states:
            return redirect("campaigns:detail", self.campaign.pk)
        response = super().dispatch(request, *args, **kwargs)
        if may and self.changes and request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            note_change(self.campaign.pk, self.request.user)
        return response

    def get_title(self) -> str:
        return self.campaign.name

    def get_crumbs(self) -> Any:
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.get_kind_display(), self.page_url("kind")))

    def page_url(self, step: str) -> str:
        return reverse(f"campaigns:{step}", args=[self.campaign.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = {"campaign": self.campaign, "steps": stepbar.steps(self.campaign, self.step)}
        return super().get_context_data(**kwargs) | draft
