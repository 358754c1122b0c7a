"""Forms of retention."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.people.audience import phones
from notifyadmin.web.words import in_words

LONGEST = 3650


class RetentionForm(forms.Form):
    """After how many days things are erased."""

    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=LONGEST,
        required=False,
        help_text=_(
            "Counted from the end of a campaign, and for pushes and replies from when they came. Empty: keep all."
        ),
    )
    sure = forms.BooleanField(
        label=_("What is older is erased the next night and cannot be brought back."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("days") and not data.get("sure"):
            self.add_error("sure", _("Confirm that you know this."))
        return data


class EraseForm(forms.Form):
    """Which number, why, and whether the suppression list is to forget it too. ``number`` becomes digits."""

    number = forms.CharField(
        label=_("Number"),
        max_length=60,
        widget=forms.TextInput({"inputmode": "tel"}),
        help_text=_("With country code."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For example who asked for it, and when. It is kept, so do not write the number into it."),
    )
    suppression = forms.BooleanField(
        label=_("Take it off the suppression list as well"),
        required=False,
        help_text=_("Usually not: without its entry there, the next list that has the number reaches it again."),
    )
    sure = forms.BooleanField(label=_("Erase it from everything. This cannot be undone."))

    def clean_number(self) -> str:
        try:
            return phones.normalise(self.cleaned_data["number"])
        except phones.BadNumber as problem:
            raise forms.ValidationError(in_words(problem.words)) from problem
