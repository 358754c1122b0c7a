"""The form of a draft's schedule: when it starts, in which hours it may send, and how fast."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle.scheduling import zones
from campaigns.lifecycle.scheduling.services import SOONEST, TOO_SOON
from campaigns.models import Campaign
from campaigns.models.campaign import EVERY_DAY
from campaigns.sending.window import Window
from notifyadmin.web.fields import field_of
from notifyadmin.web.words import in_words

from .forms import PICKER

NOW, LATER = "now", "at"
LONGEST_SPREAD = timedelta(days=90)
FASTEST = 1_000_000
_CLOCK = "%H:%M"


def _moment(label: Any, help_text: Any) -> forms.DateTimeField:
    picker = forms.DateTimeInput(format=PICKER, attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, required=False, widget=picker, help_text=help_text)


def _clock(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(format=_CLOCK, attrs={"type": "time"}))


class ScheduleStepForm(forms.Form):
    """Every time in it is by the clock of the zone that is chosen in it, whoever looks from wherever."""

    start = forms.ChoiceField(
        label=_("Start"),
        choices=((NOW, _("As soon as somebody starts it")), (LATER, _("At a time, once somebody has let it go"))),
        widget=forms.RadioSelect,
    )
    at = _moment(_("Start at"), _("At least one minute from now."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("All times of this page are by the clock of this place.")
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        coerce=int,
        choices=tuple(WEEKDAYS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Days on which it may send. A night counts to the day on which it begins."),
    )
    window_from = _clock(_("From"))
    window_until = _clock(_("Until"))
    spread_until = _moment(
        _("Spread evenly until"),
        _("Empty: as fast as the account allows. Who is left at that time, for example after a pause, goes at once."),
    )
    per_minute = forms.IntegerField(
        label=_("Recipients per minute"),
        required=False,
        min_value=1,
        max_value=FASTEST,
        help_text=_("At most so many in any minute, over all that send. Empty: as fast as the account allows."),
    )

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(campaign) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        field_of(self, "time_zone", forms.ChoiceField).choices = zones.choices()

    def full_clean(self) -> None:
        with timezone.override(self._zone()):
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self._judge_start(cleaned)
            self._judge_hours(cleaned)
        if not self.errors:
            self._judge_spread(cleaned)
        return cleaned

    def values(self) -> dict[str, Any]:
        """The valid choices as columns of the campaign."""
        cleaned = self.cleaned_data
        return {
            "scheduled_at": cleaned["at"] if cleaned["start"] == LATER else None,
            "time_zone": cleaned["time_zone"],
            "window_days": sum(1 << day for day in set(cleaned["days"])),
            "window_from": cleaned["window_from"],
            "window_until": cleaned["window_until"],
            "spread_until": cleaned["spread_until"],
            "per_minute": cleaned["per_minute"],
        }

    def _zone(self) -> ZoneInfo:
        name = self.data.get(self.add_prefix("time_zone"), "") if self.is_bound else ""
        return ZoneInfo(name if name in zones.names() else zones.own())

    def _judge_start(self, cleaned: dict[str, Any]) -> None:
        if cleaned["start"] == LATER and not cleaned["at"]:
            self.add_error("at", gettext("Choose the time, or let it start when somebody starts it."))
        elif cleaned["start"] == LATER and cleaned["at"] < timezone.now() + SOONEST:
            self.add_error("at", in_words(TOO_SOON))

    def _judge_hours(self, cleaned: dict[str, Any]) -> None:
        start, end = cleaned["window_from"], cleaned["window_until"]
        if (start is None) != (end is None):
            missing = "window_from" if start is None else "window_until"
            self.add_error(missing, gettext("Give both times, or none for the whole day."))
        elif start is not None and start == end:
            self.add_error("window_until", gettext("Both times are the same. Leave them empty for the whole day."))

    def _judge_spread(self, cleaned: dict[str, Any]) -> None:
        until, values = cleaned["spread_until"], self.values()
        if until is None:
            return
        start: datetime = values["scheduled_at"] or timezone.now()
        hours = (values["window_from"], values["window_until"])
        window = Window.made(values["time_zone"], values["window_days"], *hours)
        if until < start + SOONEST:
            self.add_error("spread_until", gettext("This is before the start. Choose a later time."))
        elif until > start + LONGEST_SPREAD:
            self.add_error("spread_until", gettext("This is more than 90 days after the start."))
        elif window and not window.open_seconds(start, until):
            words = gettext("Between the start and this time there is no hour in which it may send.")
            self.add_error("spread_until", words)


def _initial(campaign: Campaign) -> dict[str, Any]:
    name = campaign.time_zone if campaign.time_zone in zones.names() else zones.own()
    zone = ZoneInfo(name)
    days = campaign.window_days & EVERY_DAY or EVERY_DAY
    return {
        "start": LATER if campaign.scheduled_at else NOW,
        "at": _as_read(campaign.scheduled_at or _next_full_hour(), zone),
        "time_zone": name,
        "days": [day for day in range(7) if days >> day & 1],
        "window_from": campaign.window_from,
        "window_until": campaign.window_until,
        "spread_until": _as_read(campaign.spread_until, zone),
        "per_minute": campaign.per_minute,
    }


def _as_read(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Without a zone, so that nothing turns it into the viewer's."""
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


def _next_full_hour() -> datetime:
    soon = timezone.now() + SOONEST
    return soon.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
