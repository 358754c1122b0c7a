"""Pages of campaigns that were started: the list, one campaign, its recipients, one recipient."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.alerts.selectors import latest
from campaigns.following.hold.banner import held_for
from campaigns.following.recipients import paging
from campaigns.lifecycle import accounttests
from campaigns.lifecycle.awaiting import awaited
from campaigns.models import Campaign
from campaigns.models.statuses import LIVE_STATES, CampaignState, RecipientState
from campaigns.text import placeholders
from notifyadmin.web.actions import Action
from notifyadmin.web.views import Fragment, ListPage, Page, StaffMixin
from providers.contract.words import Words

from . import following
from .filters import CampaignFilter
from .tables import CampaignTable

VIEW = "campaigns.view_campaign"
ROWS_ON_PAGE = 25


class CampaignList(ListPage[Campaign]):
    """All campaigns, newest first."""

    permission_required = VIEW
    model = Campaign
    table_class = CampaignTable
    filterset_class = CampaignFilter
    title = _("Campaigns")
    export_url = "campaigns:export"
    empty_title = _("No campaign yet")
    empty_text = _("A campaign calls or texts a list of people. You see what each one hears before it starts.")
    empty_action = (_("Compose the first campaign"), "campaigns:new", "campaigns.add_campaign")

    def base_queryset(self) -> Any:
        return Campaign.objects.real().select_related("account")

    def is_filtered(self) -> bool:
        """Where all of them lie in the archive, the filter that shows it has to be there."""
        return super().is_filtered() or self.base_queryset().exists()

    def get_actions(self) -> tuple[Action, ...]:
        return (
            Action(_("Presets"), reverse("campaigns:presets"), "campaigns.view_preset"),
            Action(_("New campaign"), reverse("campaigns:new"), "campaigns.add_campaign", primary=True),
        )


class CampaignMixin(StaffMixin):
    """Something about one campaign, with the numbers that its pages share."""

    @cached_property
    def campaign(self) -> Campaign:
        related = ("account", "template", "voice_file", "started_by", "repeats", "copied_from", "test_of")
        return get_object_or_404(Campaign.objects.select_related(*related), pk=self.kwargs["pk"])

    def numbers(self) -> dict[str, Any]:
        """Context of the bar, the tiles, the picture and the reasons."""
        may_send_again = self.request.user.has_perm("campaigns.add_campaign")
        return following.context(self.campaign, may_send_again=may_send_again, hold=held_for(self.request))


class CampaignPage(CampaignMixin, Page):
    """One campaign while it runs and afterwards. Drafts go to the check."""

    permission_required = VIEW
    template_name = "campaigns/following/overview/campaign.html"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.campaign.is_composed:
            return redirect("campaigns:check", self.campaign.pk)
        return super().get(*args, **kwargs)

    def get_title(self) -> str:
        return self.campaign.name

    def get_crumbs(self) -> Any:
        listed = reverse("campaigns:list")
        return ((_("Campaigns"), listed), (self.campaign.get_kind_display(), f"{listed}?kind={self.campaign.kind}"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = paging.recipients_page(self.campaign, {}, ROWS_ON_PAGE)
        return (
            super().get_context_data(**kwargs)
            | self.numbers()
            | {
                "page": page,
                "states": RecipientState,
                "happened": latest(self.campaign),
                "awaited": self._awaited(),
                "repeated_by": list(self.campaign.repeated_by.order_by("pk")),
                "said": placeholders.pieces(self.campaign.text, {}),
            }
        )

    def _awaited(self) -> list[Words]:
        if self.campaign.state != CampaignState.SCHEDULED:
            return []
        return [*awaited(self.campaign), *accounttests.awaited(self.campaign)]


class Progress(CampaignMixin, Fragment):
    """The moving part of the campaign page. When the state has changed the whole page is asked for again."""

    permission_required = VIEW
    template_name = "campaigns/following/overview/_progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.numbers() | {"is_fragment": True}

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        if self.request.GET.get("state") != self.campaign.state:
            response["HX-Refresh"] = "true"
        return response


class Rows(CampaignMixin, Fragment):
    """The rows of the recipients' table alone: found, leafed through, and moving while the campaign is live."""

    permission_required = VIEW
    template_name = "campaigns/following/overview/_rows.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "campaign": self.campaign,
            "page": paging.recipients_page(self.campaign, self.request.GET, ROWS_ON_PAGE),
            "is_live": self.campaign.state in LIVE_STATES,
        }
