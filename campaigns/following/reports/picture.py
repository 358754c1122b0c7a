"""What was sent and what came of it, day by day, as a picture."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.counters.rollups.reading import GONE
from campaigns.counters.selectors import Figures, Line
from campaigns.models.statuses import RecipientState
from notifyadmin.web.charts import Chart, Series, grouped

from .periods import Period
from .selectors import Cell

BARS = (RecipientState.DELIVERED, RecipientState.UNDELIVERED, RecipientState.REJECTED)


def of_days(period: Period, cells: Sequence[Cell]) -> Chart:
    """One step for each day of *period*, also for those without anything."""
    days = period.days
    lines: dict[date, list[Line]] = {day: [] for day in days}
    for cell in cells:
        lines[cell.day].extend(cell.lines)
    figures = {day: Figures.of(lines[day]) for day in days}
    sent = [figures[day].number(*GONE) for day in days]
    bars = [Series(state, str(state.label), [figures[day].number(state) for day in days]) for state in BARS]
    words = _("%(sent)s sent, %(answered)s delivered or answered.") % {
        "sent": grouped(sum(sent)),
        "answered": grouped(sum(bars[0].numbers)),
    }
    steps = [date_format(day, pgettext("date format", "j M")) for day in days]
    line = Series(RecipientState.SUBMITTED, _("Sent"), sent)
    return Chart(_("Sent and what came of it, by day"), words, steps, bars, line)
