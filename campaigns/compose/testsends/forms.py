"""The form of a test."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.people.audience import phones
from notifyadmin.web.words import in_words

from .services import COUNT, MOST

_SEPARATORS = re.compile("[,;，；、\n\r]+")


class TrialForm(forms.Form):
    """``numbers``: digits with country code, each with how it was typed. ``position``: whose values they get."""

    numbers = forms.CharField(
        label=_("Own numbers"),
        max_length=300,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"}),
        help_text=_("One to five, with commas between them; with country code, as in +86 138 0013 8000."),
    )
    position = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign

    def clean_numbers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        typed = [part.strip() for part in _SEPARATORS.split(self.cleaned_data["numbers"]) if part.strip()]
        for one in typed:
            found.setdefault(self._number(one), one)
        if not 1 <= len(found) <= MOST:
            raise forms.ValidationError(in_words(COUNT))
        return found

    def _number(self, typed: str) -> str:
        gateway, kind = self.campaign.account.gateway, self.campaign.ability
        try:
            number = phones.normalise(typed, phones.home_country(gateway, kind))
        except phones.BadNumber as problem:
            raise forms.ValidationError(in_words(problem.words)) from problem
        refused = gateway.number_problem(number, kind)
        if refused:
            raise forms.ValidationError(in_words(refused.words))
        return number
