"""The page with a campaign's recipients, and the choice of its columns."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from campaigns.models import Campaign
from campaigns.models.recipient_reasons import Group
from campaigns.models.recipient_search import groups_of
from campaigns.models.statuses import LIVE_STATES, RecipientState
from notifyadmin.web.views import Crumb, Fragment, Page, StaffMixin

from . import columns
from .bulk import offered_actions
from .choices import choices
from .paging import RecipientsPage, recipients_page

VIEW = "campaigns.view_campaign"
"""States in which recipients still move."""


class OneCampaign:
    """A page about the recipients of one campaign."""

    kwargs: dict[str, Any]

    @cached_property
    def campaign(self) -> Campaign:
        return get_object_or_404(Campaign.objects.select_related("account"), pk=self.kwargs["pk"])

    def list_url(self) -> str:
        return reverse("campaigns:recipients", args=[self.campaign.pk])

    def get_crumbs(self) -> Sequence[Crumb]:
        campaign = self.campaign
        own_page = reverse("campaigns:check" if campaign.is_composed else "campaigns:detail", args=[campaign.pk])
        return ((_("Campaigns"), reverse("campaigns:list")), (campaign.name, own_page))


class Listed(OneCampaign, StaffMixin):
    """The rows that the address asks for, in the columns of their viewer."""

    @cached_property
    def groups(self) -> list[Group]:
        return groups_of(self.campaign)

    @cached_property
    def page(self) -> RecipientsPage:
        return recipients_page(self.campaign, self.request.GET, groups=self.groups)

    @cached_property
    def shown(self) -> list[columns.Column]:
        return columns.shown(self.campaign, self.request.user)

    def table(self) -> dict[str, Any]:
        """Context of the rows."""
        page, campaign = self.page, self.campaign
        is_live = campaign.state in LIVE_STATES
        actions = offered_actions(campaign, page.filters, self.request.user)
        is_picking = self._is_picking(is_live) and bool(actions)
        return {
            "campaign": campaign,
            "page": page,
            "heads": [(column, self._sort_address(column)) for column in self.shown],
            "rows": [(row, [(column.classes, column.cell(row)) for column in self.shown]) for row in page.rows],
            "is_live": is_live,
            "picking": is_picking,
            "may_pick": bool(actions),
            "bulk_actions": actions if is_picking else (),
            "pick_count": page.count,
            "pick_address": page.filters.address(pick=1),
            # With nothing found so far a search goes on by itself; with something somebody reads first.
            "goes_on": bool(page.searched) and not page.rows,
            "sorted_by_position": page.filters.key == "position",
        }

    def _is_picking(self, is_live: bool) -> bool:
        """Whether recipients can be ticked. The table then stands still, so it does not do so by itself while it
        moves, unless somebody came to decide about unknown ones."""
        return not is_live or "pick" in self.request.GET or self.page.filters.state == RecipientState.UNKNOWN

    def _sort_address(self, column: columns.Column) -> tuple[str, str]:
        """The address that sorts by *column*, and how it is sorted now."""
        filters = self.page.filters
        if not column.sorts:
            return "", ""
        if column.sorts != filters.key:
            return filters.address(sort=column.sorts), ""
        other = column.sorts if filters.descending else f"-{column.sorts}"
        # The usual order needs no name; with the name of another in the filters it has to be said.
        return filters.address(sort=other), "descending" if filters.descending else "ascending"


class RecipientList(Listed, Page):
    """All recipients of a campaign, by key, with filters in the address."""

    permission_required = VIEW
    template_name = "campaigns/following/recipients/list.html"
    title = _("Recipients")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        keys = {column.key for column in self.shown}
        return (
            super().get_context_data(**kwargs)
            | self.table()
            | choices(self.campaign, self.page.filters, self.groups)
            | {
                "column_choices": [
                    (column, column.key in keys)
                    for column in columns.offered(self.campaign)
                    if column is not columns.NUMBER
                ],
                "here": self.request.get_full_path(),
            }
        )


class RecipientRows(Listed, Fragment):
    """The rows alone, asked for again and again while a campaign is live."""

    permission_required = VIEW
    template_name = "campaigns/following/recipients/_results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | self.table()


class ChooseColumns(OneCampaign, StaffMixin, View):
    """Keeps the ticked columns for the viewer, or forgets the choice, and goes back to the list."""

    permission_required = VIEW
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if "reset" in request.POST:
            columns.forget(self.request.user)
            messages.success(request, _("The usual columns are shown again."))
        else:
            columns.keep(self.campaign, self.request.user, request.POST.getlist("column"))
        query = request.POST.get("query", "").partition("?")[2]
        return HttpResponseRedirect(f"{self.list_url()}?{query}".rstrip("?"))
