"""What a report is narrowed to."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models.statuses import CampaignKind
from providers.models import Account

from .periods import CHOICES, CHOSEN, MOST_DAYS, WEEK, Period

EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)
"""The calendar ends, and with it what zones and databases can reckon with."""


class ReportForm(forms.Form):
    """Stands in the address; see :func:`form_of`. ``report_period`` is there even where something does not fit."""

    period = forms.ChoiceField(label=_("Period"), choices=CHOICES, required=False, initial=WEEK)
    first = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(label=_("To day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    account = forms.ModelChoiceField(
        label=_("Account"), queryset=Account.objects.all(), required=False, empty_label=_("Any account")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Any kind")), *CampaignKind.choices], required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("period") != CHOSEN or not (first and last):
            return cleaned
        if first < EARLIEST or last > LATEST:
            self.add_error("last", gettext("There is nothing to report on so long ago or so far ahead."))
        elif first > last:
            self.add_error("last", gettext("The last day lies before the first."))
        elif (last - first).days >= MOST_DAYS:
            words = gettext("A report has at most %(days)s days. Choose a shorter period.")
            self.add_error("last", words % {"days": MOST_DAYS})
        return cleaned

    @property
    def report_period(self) -> Period:
        found = self.cleaned_data
        first, last = found.get("first"), found.get("last")
        if found.get("period") == CHOSEN and first and last:
            return Period(first, last)
        return Period.named(found.get("period") or WEEK)

    @property
    def report_account(self) -> Account | None:
        found: Account | None = self.cleaned_data.get("account")
        return found

    @property
    def report_kind(self) -> str:
        return self.cleaned_data.get("kind") or ""


def form_of(query: QueryDict) -> ReportForm:
    """The form for an address, looked through: a week where it names no period, also as the days to begin with."""
    asked = query.dict()
    asked.setdefault("period", WEEK)
    if asked["period"] == CHOSEN and not (asked.get("first") or asked.get("last")):
        usual = Period.named(WEEK)
        asked |= {"first": usual.first.isoformat(), "last": usual.last.isoformat()}
    form = ReportForm(asked)
    form.is_valid()
    return form
