"""The activity list: what needs a person, what happened by itself, and what people did."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.models import Activity
from notifyadmin.web import keyset
from notifyadmin.web.actions import Action
from notifyadmin.web.keys import key_of
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, ListPage

from . import selectors, services
from .filters import ActivityFilter
from .tables import ActivityTable

LIST = "campaigns:activity:list"
PER_PAGE = 50
PLACES = ("before", "after")
"""In the address: lines that are older, or newer, than one."""


class ActivityList(ListPage[Activity]):
    """Newest first, leafed through by key: the list only grows, and its end is as near as its beginning."""

    permission_required = "campaigns.view_activity"
    model = Activity
    template_name = "campaigns/alerts/list.html"
    table_class = ActivityTable
    filterset_class = ActivityFilter
    table_pagination = False
    title = _("Activity")
    intro = _("What campaigns and accounts did by themselves, and what people decided. Newest first.")
    export_url = "campaigns:activity:export"
    empty_title = _("Nothing has happened yet")
    empty_text = _("Starts, pauses, decisions and what the system did by itself are kept here.")

    def base_queryset(self) -> QuerySet[Activity]:
        return selectors.lines()

    @cached_property
    def leaf(self) -> keyset.Leaf[Activity]:
        before, after = (key_of(self.request.GET.get(place)) for place in PLACES)
        found = keyset.newest(self.object_list, "pk", before=before, after=after, per_page=PER_PAGE)
        if found.rows or (before is None and after is None):
            return found
        return keyset.newest(self.object_list, "pk", before=None, after=None, per_page=PER_PAGE)

    def get_table_data(self) -> list[Activity]:
        return self.leaf.rows

    def _neighbours(self) -> dict[str, str]:
        """The query strings of the pages beside this one, with the same filters."""
        chosen = {name: value for name, value in self.request.GET.items() if name not in (*PLACES, "page")}
        rows = self.leaf.rows
        return {
            "newest": keyset.address(chosen),
            "newer": keyset.address(chosen | {"after": rows[0].pk}) if self.leaf.has_previous else "",
            "older": keyset.address(chosen | {"before": rows[-1].pk}) if self.leaf.has_next else "",
        }

    def get_actions(self) -> tuple[Action, ...]:
        return (Action(_("Notifications"), reverse("campaigns:notifications:list"), "campaigns.view_activity"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = self.filters.form
        chosen = form.cleaned_data.get("campaign") if form.is_valid() else None
        return context | {
            **(self._neighbours() if self.leaf.rows else {}),
            "chosen_campaign": chosen,
            "alerts": [] if self.request.GET else selectors.open_alerts(self.request.user),
            "most_open": selectors.MOST_OPEN,
        }


class Done(ActionView[Activity]):
    """Somebody has looked after an open alert, or says that nobody has to."""

    permission_required = "campaigns.change_activity"
    model = Activity
    success_url = LIST
    success_message = _("Done. The line stays in the list with your name.")

    def perform(self, request: StaffRequest) -> None:
        services.mark_done(self.get_object(), request.user)
