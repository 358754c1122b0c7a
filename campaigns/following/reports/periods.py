"""Which days a report is about, in the zone of whoever reads it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

TODAY, WEEK, DAYS_30, MONTH, CHOSEN = "today", "7", "30", "month", "days"
CHOICES: tuple[tuple[str, Any], ...] = (
    (TODAY, _("Today")),
    (WEEK, _("Last 7 days")),
    (DAYS_30, _("Last 30 days")),
    (MONTH, _("This month")),
    (CHOSEN, _("From … to …")),
)
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included, in the current zone."""

    first: date
    last: date

    @classmethod
    def named(cls, name: str) -> "Period":
        """A preset; :data:`WEEK` for anything else."""
        today = timezone.localdate()
        firsts = {TODAY: today, MONTH: today.replace(day=1), DAYS_30: today - timedelta(days=29)}
        return cls(firsts.get(name, today - timedelta(days=6)), today)

    @property
    def start(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        """The midnight after the last day."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=place) for place in range((self.last - self.first).days + 1)]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
