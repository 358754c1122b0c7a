"""Exporting a list, and the files that are ready."""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from campaigns.models import Export, ExportState
from notifyadmin.web.actions import Action
from notifyadmin.web.errors import Refusal
from notifyadmin.web.exports import Table, csv_table
from notifyadmin.web.keys import key_of
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, Fragment, Page, StaffMixin
from notifyadmin.web.words import in_words
from notifyadmin.web.workbooks import CONTENT_TYPE, xlsx_table

from . import keeping, news, services
from .listings import CSV, LISTINGS, XLSX, Asked, Listing, listing
from .news import OPEN

COLOURS: dict[str, str] = {
    ExportState.WAITING: "pending",
    ExportState.WRITING: "submitted",
    ExportState.READY: "delivered",
    ExportState.FAILED: "rejected",
    ExportState.REMOVED: "skipped",
}


class ExportView(StaffMixin, View):
    """A filtered list as a file: at once when it is short, else its page asks, and it is written in the background."""

    listing_name: ClassVar[str]
    about_campaign: ClassVar[bool] = False

    @property
    def listing(self) -> Listing:
        return listing(self.listing_name)

    def get(self, request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponseBase:
        table = self._table(kind, pk)
        if services.fits_at_once(table.most, kind):
            return xlsx_table(table) if kind == XLSX else csv_table(table)
        context = {"title": _("Export"), "rows": table.most, "kind": kind.upper(), "label": self.listing.label}
        return render(request, "campaigns/exports/ask.html", context)

    def post(self, request: HttpRequest, kind: str, pk: int | None = None) -> HttpResponse:
        table = self._table(kind, pk)
        asked = Asked(request.GET, request.user, pk)
        try:
            campaign_id = pk if self.about_campaign else None
            export = services.ask(self.listing, asked, kind, rows=table.most, campaign_id=campaign_id)
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            news.watch(request, export)
        return redirect("campaigns:exports:list")

    def _table(self, kind: str, pk: int | None) -> Table:
        if kind not in (CSV, XLSX):
            raise Http404
        return self.listing.table(Asked(self.request.GET, self.request.user, pk))


class Own(StaffMixin):
    """Exports of who asks, and nobody else's. Open to everybody who may see a list that can be exported."""

    permission_required = "campaigns.view_campaign"

    def has_permission(self) -> bool:
        user = self.request.user
        return any(user.has_perm(listing(name).permission) for name in LISTINGS)

    def get_queryset(self) -> QuerySet[Export]:
        return Export.objects.filter(user_id=self.request.user.pk).select_related("campaign")


class Exports(Own, Page):
    """The viewer's exports, newest first."""

    template_name = "campaigns/exports/list.html"
    title = _("Exports")
    intro = _("Files of long lists that you asked for. Nobody else sees them.")

    def get_crumbs(self) -> Sequence[Crumb]:
        return ()

    def get_actions(self) -> Sequence[Action]:
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # What is over is seen here. Of what is still written its owner is told, wherever he goes from here.
        news.look_at(self.get_queryset())
        news.tell(self.request, self.get_queryset(), ())
        return super().get_context_data(**kwargs) | listed(self.get_queryset()) | {"intro": self.intro}


class ExportRows(Own, Fragment):
    """The table alone, while something is being written."""

    template_name = "campaigns/exports/_table.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        news.look_at(self.get_queryset())
        return super().get_context_data(**kwargs) | listed(self.get_queryset())


def listed(exports: QuerySet[Export]) -> dict[str, Any]:
    """Context of the table."""
    found = list(exports.order_by("-pk"))
    lines = [(export, listing(export.listing).label, _percent(export), COLOURS[export.state]) for export in found]
    is_live = any(export.state in OPEN for export in found)
    return {"lines": lines, "is_live": is_live, "keep_days": settings.EXPORT_KEEP_DAYS}


def _percent(export: Export) -> int:
    return min(100, 100 * export.rows // export.total) if export.total else 0


class Notice(Own, Fragment):
    """What is said on whatever page the owner is on, once an export is ready or has failed."""

    template_name = "campaigns/exports/_notice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = {key for text in self.request.GET.getlist("shown") if (key := key_of(text)) is not None}
        found, is_waiting = news.tell(self.request, self.get_queryset(), shown)
        done = [(export, listing(export.listing).label) for export in found]
        keys = urlencode([("shown", export.pk) for export in found])
        return super().get_context_data(**kwargs) | {"done": done, "is_waiting": is_waiting, "keys": keys}


class Download(Own, StaffMixin, View):
    """The file, for its owner, as long as he may see the list."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        export = get_object_or_404(self.get_queryset(), pk=pk)
        if export.state == ExportState.REMOVED:
            messages.error(request, in_words(export.words))
            return redirect("campaigns:exports:list")
        path = keeping.path_of(export)
        if path is None or not request.user.has_perm(listing(export.listing).permission):
            raise Http404
        news.look_at(self.get_queryset().filter(pk=pk))
        content_type = CONTENT_TYPE if export.format == XLSX else "text/csv; charset=utf-8"
        response = FileResponse(
            path.open("rb"), as_attachment=True, filename=file_name(export), content_type=content_type
        )
        response["Cache-Control"] = "no-store"
        return response


def file_name(export: Export) -> str:
    """What the file is called where it is saved."""
    about = f"-{export.campaign_id}" if export.campaign_id else ""
    return f"{export.listing}{about}-{export.pk}.{export.format}"


class Delete(Own, ActionView[Export]):
    success_message = _("Deleted.")

    def perform(self, request: StaffRequest) -> None:
        services.delete(self.get_object())

    def get_success_url(self) -> str:
        return reverse("campaigns:exports:list")
