"""The page of reports."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.views import Page, dress

from . import selectors
from .forms import ReportForm, form_of
from .picture import of_days
from .selectors import Cell, kind_label, total

VIEW = "campaigns.view_campaign"
MOST_CAMPAIGNS = 50


class ReportPage(Page):
    """By day, account, kind and campaign, each as a picture with its numbers."""

    permission_required = VIEW
    template_name = "campaigns/following/reports/report.html"
    title = _("Reports")

    @cached_property
    def form(self) -> ReportForm:
        return form_of(self.request.GET)

    @cached_property
    def cells(self) -> list[Cell]:
        form = self.form
        if not form.is_valid():
            return []
        return selectors.cells(form.report_period, form.report_account, form.report_kind)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dress(self.form)
        cells = self.cells
        campaigns = selectors.grouped(cells, lambda cell: cell.campaign.pk, _campaign)
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "exports": [reverse("campaigns:reports:export", args=[kind]) for kind in ("csv", "xlsx")],
            "period": self.form.report_period,
            "zone": timezone.get_current_timezone_name(),
            "sum": total(cells),
            "failures": selectors.failures_of(cells),
            "chart": of_days(self.form.report_period, cells) if cells else None,
            "days": _days(cells),
            "accounts": selectors.grouped(cells, lambda cell: cell.campaign.account_id, _account),
            "kinds": selectors.grouped(cells, lambda cell: cell.campaign.kind, _kind),
            "campaigns": campaigns[:MOST_CAMPAIGNS],
            "campaign_count": len(campaigns),
            "more_campaigns": max(len(campaigns) - MOST_CAMPAIGNS, 0),
        }


def _campaign(cell: Cell) -> tuple[str, str]:
    return cell.campaign.name, reverse("campaigns:detail", args=[cell.campaign.pk])


def _account(cell: Cell) -> tuple[str, str]:
    return cell.campaign.account.name, reverse("providers:accounts:detail", args=[cell.campaign.account_id])


def _kind(cell: Cell) -> tuple[str, str]:
    return kind_label(cell.campaign.kind), ""


def _days(cells: list[Cell]) -> list[Any]:
    """Newest day first, days without anything left out."""
    by_day: dict[Any, list[Cell]] = {}
    for cell in cells:
        by_day.setdefault(cell.day, []).append(cell)
    return [(day, total(by_day[day])) for day in sorted(by_day, reverse=True)]
