"""Pages of campaigns that were started: the list, one campaign, its recipients, one recipient."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns import selectors
from campaigns.activity.selectors import latest
from campaigns.compose import placeholders
from campaigns.models import Campaign, Recipient
from campaigns.scheduling.awaiting import awaited
from campaigns.statuses import CampaignState, RecipientState
from notifyadmin.web.actions import Action
from notifyadmin.web.views import Fragment, ListPage, Page

from . import paging, timeline
from .filters import CampaignFilter
from .holding import holding_up
from .paging import PER_PAGE
from .tables import CampaignTable

VIEW = "campaigns.view_campaign"
ROWS_ON_PAGE = 25
LIVE_STATES = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.CANCELLING)
"""States in which numbers still move."""


class CampaignList(ListPage):
    """All campaigns, newest first."""

    permission_required = VIEW
    model = Campaign
    table_class = CampaignTable
    filterset_class = CampaignFilter
    title = _("Campaigns")
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


class CampaignMixin:
    """Something about one campaign, with the numbers that its pages share."""

    @cached_property
    def campaign(self) -> Campaign:
        related = ("account", "template", "voice_file", "started_by", "repeats", "copied_from", "test_of")
        return get_object_or_404(Campaign.objects.select_related(*related), pk=self.kwargs["pk"])

    def numbers(self) -> dict[str, Any]:
        """Context of the bar, the tiles and the reasons."""
        campaign = self.campaign
        tally = selectors.tallies(campaign)
        list_url = reverse("campaigns:recipients", args=[campaign.pk])
        return {
            "campaign": campaign,
            "counts": [(*count, f"{list_url}?state={count[0]}") for count in selectors.counts(tally)],
            "share": _share_of(tally, campaign.total),
            "counted": sum(tally.values()),
            "waiting_to_go": tally.get(RecipientState.PENDING, 0) + tally.get(RecipientState.HELD, 0),
            "unknown": tally.get(RecipientState.UNKNOWN, 0),
            "unknown_url": f"{list_url}?state={RecipientState.UNKNOWN}",
            "holding": holding_up(campaign, tally),
            "reach": selectors.reach(campaign),
            "is_live": campaign.state in LIVE_STATES,
        }


def _share_of(tally: dict[str, int], total: int) -> float:
    """Per cent of the recipients who are past waiting."""
    waiting = tally.get(RecipientState.PENDING, 0) + tally.get(RecipientState.HELD, 0)
    return 100 * (total - waiting) / total if total else 0.0


class CampaignPage(CampaignMixin, Page):
    """One campaign while it runs and afterwards. Drafts go to the check."""

    permission_required = VIEW
    template_name = "campaigns/overview/campaign.html"

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
                "awaited": awaited(self.campaign) if self.campaign.state == CampaignState.SCHEDULED else [],
                "repeated_by": list(self.campaign.repeated_by.order_by("pk")),
                "said": placeholders.pieces(self.campaign.text, {}),
            }
        )


class Progress(CampaignMixin, Fragment):
    """The moving part of the campaign page. When the state has changed the whole page is asked for again."""

    permission_required = VIEW
    template_name = "campaigns/overview/_progress.html"

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
    template_name = "campaigns/overview/_rows.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wide = "wide" in self.request.GET
        return super().get_context_data(**kwargs) | {
            "campaign": self.campaign,
            "page": paging.recipients_page(self.campaign, self.request.GET, PER_PAGE if wide else ROWS_ON_PAGE),
            "wide": wide,
            "is_live": self.campaign.state in LIVE_STATES,
        }


class RecipientList(CampaignMixin, Page):
    """All recipients of a campaign, by key, with filters in the address."""

    permission_required = VIEW
    template_name = "campaigns/overview/recipients.html"
    title = _("Recipients")

    def get_crumbs(self) -> Any:
        campaign = self.campaign
        own_page = reverse("campaigns:check" if campaign.is_composed else "campaigns:detail", args=[campaign.pk])
        return ((_("Campaigns"), reverse("campaigns:list")), (campaign.name, own_page))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "campaign": self.campaign,
            "page": self.page,
            "states": RecipientState,
            "is_live": self.campaign.state in LIVE_STATES,
            "picking": self.may_pick(),
            "pick_count": self.pick_count(),
        }

    @cached_property
    def page(self) -> paging.RecipientsPage:
        return paging.recipients_page(self.campaign, self.request.GET)

    def may_pick(self) -> bool:
        """Whether recipients can be chosen here, to decide about them. The table then stands still."""
        unknown = self.page.filters.state == RecipientState.UNKNOWN
        return unknown and self.request.user.has_perm("campaigns.start_campaign")

    def pick_count(self) -> int:
        """How many are meant by "all of them"."""
        if not self.may_pick():
            return 0
        if self.page.filters.number:
            return paging.filtered(self.campaign, self.page.filters).count()
        return selectors.tallies(self.campaign).get(RecipientState.UNKNOWN, 0)


class RecipientPage(CampaignMixin, Page):
    """What happened to one recipient, with the evidence."""

    permission_required = VIEW
    template_name = "campaigns/overview/recipient.html"

    @cached_property
    def recipient(self) -> Recipient:
        rows = Recipient.objects.select_related("submission", "campaign__account")
        return get_object_or_404(rows, campaign=self.kwargs["pk"], position=self.kwargs["position"])

    def get_title(self) -> str:
        return self.recipient.number

    def get_crumbs(self) -> Any:
        campaign = self.campaign
        own_page = reverse("campaigns:check" if campaign.is_composed else "campaigns:detail", args=[campaign.pk])
        recipients = reverse("campaigns:recipients", args=[campaign.pk])
        return (
            (_("Campaigns"), reverse("campaigns:list")),
            (campaign.name, own_page),
            (_("Recipients"), recipients),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        recipient = self.recipient
        columns = [name for name in self.campaign.columns if name in recipient.variables]
        return super().get_context_data(**kwargs) | {
            "campaign": self.campaign,
            "recipient": recipient,
            "moments": timeline.moments(recipient),
            "variables": [(name, recipient.variables[name]) for name in columns],
            "said": placeholders.pieces(self.campaign.text, recipient.variables),
            "neighbours": [
                (_("Previous"), recipient.position - 1 if recipient.position > 1 else 0),
                (_("Next"), recipient.position + 1 if recipient.position < self.campaign.total else 0),
            ],
        }
