"""The activity list: what needs a person, what happened by itself, and what people did."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_tables2 import LazyPaginator

from campaigns.models import Activity
from notifyadmin.web.actions import Action
from notifyadmin.web.views import ActionView, ListPage

from . import selectors, services
from .filters import ActivityFilter
from .tables import ActivityTable

LIST = "campaigns:activity:list"


class ActivityList(ListPage):
    """Newest first. Pages are not counted: the list only grows."""

    permission_required = "campaigns.view_activity"
    model = Activity
    template_name = "campaigns/activity/list.html"
    table_class = ActivityTable
    filterset_class = ActivityFilter
    table_pagination = {"per_page": 50, "paginator_class": LazyPaginator}
    title = _("Activity")
    intro = _("What campaigns and accounts did by themselves, and what people decided. Newest first.")
    export_url = "campaigns:activity:export"
    empty_title = _("Nothing has happened yet")
    empty_text = _("Starts, pauses, decisions and what the system did by itself are kept here.")

    def base_queryset(self) -> QuerySet[Activity]:
        return selectors.lines()

    def get_actions(self) -> tuple[Action, ...]:
        return (Action(_("Notifications"), reverse("campaigns:notifications:list"), "campaigns.view_activity"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = self.filterset.form
        chosen = form.cleaned_data.get("campaign") if form.is_valid() else None
        return context | {
            "chosen_campaign": chosen,
            "matters": [] if self.request.GET else selectors.open_matters(self.request.user),
            "most_open": selectors.MOST_OPEN,
        }


class Done(ActionView):
    """Somebody has looked after an open matter, or says that nobody has to."""

    permission_required = "campaigns.change_activity"
    model = Activity
    success_url = LIST
    success_message = _("Done. The line stays in the list with your name.")

    def perform(self, request: HttpRequest) -> None:
        services.mark_done(self.get_object(), request.user)
