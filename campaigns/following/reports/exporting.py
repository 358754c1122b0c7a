"""A report as a file: one row for each day and campaign, so that a spreadsheet can sum it any way."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.exports.listings import Asked, Listing
from campaigns.exports.views import ExportView
from campaigns.models.statuses import FAILURE_LABELS, RecipientState
from notifyadmin.web.exports import Table
from providers.contract.statuses import FailureClass

from .forms import form_of
from .selectors import Cell, cells, keys_of, kind_label, total

CLASSES: tuple[FailureClass, ...] = tuple(found for found in FailureClass if found is not FailureClass.NONE)

MOST_KEYS = 20
"""Keys that have a column, the most pressed ones: a menu has fewer, and what is typed in may be anything."""


def table_of(asked: Asked) -> Table:
    """What the page shows for the same address; nothing where something in it does not fit."""
    form = form_of(asked.query)
    found = cells(form.report_period, form.report_account, form.report_kind) if form.is_valid() else []
    keys = sorted(pressed for pressed, _number in keys_of(found)[:MOST_KEYS])
    rows = [row for cell in found for row in _rows(cell, keys)]
    return Table(f"report-{form.report_period.first}-{form.report_period.last}", _header(keys), iter([rows]), len(rows))


def _header(keys: Sequence[str]) -> list[str]:
    facts = [_("Day"), _("Account"), _("Kind"), _("Campaign"), _("Campaign number")]
    numbers = [_("Sent"), _("Delivered or answered"), _("Not reached"), _("Refused by the provider"), _("Expired")]
    classes = [str(FAILURE_LABELS[found]) for found in CLASSES]
    pressed = [_("Pressed %(keys)s") % {"keys": key} for key in keys]
    costs = [_("Cost"), _("Currency"), _("Cost is reckoned")]
    return [*facts, *numbers, *classes, *pressed, _("Seconds listened"), *costs]


def _rows(cell: Cell, keys: Sequence[str]) -> Iterator[list[str]]:
    row, campaign = total([cell]), cell.campaign
    expired = row.figures.number(RecipientState.EXPIRED)
    numbers = [row.sent, row.answered, row.failed, row.refused, expired, *_by_class(row.figures.failures)]
    numbers += [dict(cell.keys).get(key, 0) for key in keys]
    facts = [cell.day.isoformat(), campaign.account.name, kind_label(campaign.kind), campaign.name, str(campaign.pk)]
    reckoned = _("yes") if row.reckoned else ""
    costs = [[f"{amount.normalize():f}", currency, reckoned] for currency, amount in sorted(row.amounts.items())]
    first, *others = costs or [["", "", ""]]
    yield [*facts, *map(str, numbers), str(row.figures.talk_seconds), *first]
    for other in others:
        yield [*facts, *[""] * len(numbers), "", *other]


def _by_class(failures: Iterable[tuple[str, str, int]]) -> list[int]:
    sums: dict[FailureClass, int] = dict.fromkeys(CLASSES, 0)
    for _state, failure, number in failures:
        sums[FailureClass.known(failure) or FailureClass.OTHER] += number
    return list(sums.values())


LISTING = Listing("reports", gettext_lazy("Reports"), "campaigns.view_campaign", table_of)


class ExportReport(ExportView):
    permission_required = "campaigns.view_campaign"
    listing_name = "reports"
