"""The form that asks for the time of a start."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle.scheduling.services import SOONEST, TOO_SOON
from notifyadmin.web.words import in_words

PICKER = "%Y-%m-%dT%H:%M"
"""How the browser's own picker writes a time: without a zone, so it is read in the viewer's."""


class ScheduleForm(forms.Form):
    """``at``: when to start, in the zone that the viewer's browser named."""

    at = forms.DateTimeField(
        label=_("Start at"), widget=forms.DateTimeInput(format=PICKER, attrs={"type": "datetime-local"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["at"].help_text = _("Date and time in your time zone, %(zone)s. At least one minute from now.") % {
            "zone": zone
        }
        self.fields["at"].widget.attrs["min"] = f"{timezone.localtime(timezone.now() + SOONEST):{PICKER}}"

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        if at < timezone.now() + SOONEST:
            raise forms.ValidationError(in_words(TOO_SOON))
        return at
