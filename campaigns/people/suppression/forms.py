"""Forms of the suppression list."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Suppression, SuppressionReason
from campaigns.people.audience import phones
from notifyadmin.web.words import in_words

MOST_BY_HAND = 1000
SHOWN_PROBLEMS = 10

BOTH, CALLS, MESSAGES = "both", "calls", "messages"
FORBIDDEN = ((BOTH, _("Calls and messages")), (CALLS, _("Calls only")), (MESSAGES, _("Messages only")))
"""What a number may be forbidden, in words."""

_BETWEEN = re.compile(r"[\n\r,;，；、\t]+")


def flags_of(what: str) -> dict[str, bool]:
    """The columns of one of :data:`FORBIDDEN`."""
    return {"calls": what != MESSAGES, "messages": what != CALLS}


def what_of(entry: Suppression) -> str:
    """The one of :data:`FORBIDDEN` that *entry* is."""
    if entry.calls and entry.messages:
        return BOTH
    return CALLS if entry.calls else MESSAGES


class EntryForm(forms.Form):
    """What is forbidden, and why."""

    what = forms.ChoiceField(label=_("Forbidden"), choices=FORBIDDEN, widget=forms.RadioSelect, initial=BOTH)
    reason = forms.ChoiceField(label=_("Reason"), choices=SuppressionReason, initial=SuppressionReason.OPT_OUT)
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("For staff, for example who told you, and how.")
    )

    def values(self) -> dict[str, Any]:
        """The columns."""
        data = self.cleaned_data
        return {**flags_of(data["what"]), "reason": data["reason"], "note": data["note"]}


class AddForm(EntryForm):
    """One or several numbers, typed in any way. ``cleaned_data["numbers"]`` are digits with country code, each once."""

    numbers = forms.CharField(
        label=_("Numbers"),
        widget=forms.Textarea({"rows": 5, "autofocus": True, "spellcheck": "false", "inputmode": "tel"}),
        help_text=_("One per line, or with commas between them; with blanks, dashes or brackets as you like."),
    )
    home = forms.ChoiceField(
        label=_("Country of numbers without country code"), choices=phones.COUNTRIES, required=False
    )
    field_order = ("numbers", "home", "what", "reason", "note")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "numbers" in data:
            data["numbers"] = self._numbers(data["numbers"], data.get("home", ""))
        return data

    def _numbers(self, text: str, home: str) -> list[str]:
        typed = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        if len(typed) > MOST_BY_HAND:
            many = gettext("These are %(count)s numbers; at most %(most)s are typed at once. Import a file instead.")
            self.add_error("numbers", many % {"count": len(typed), "most": MOST_BY_HAND})
            return []
        numbers: dict[str, None] = {}
        problems: list[str] = []
        for part in typed:
            try:
                numbers[phones.normalise(part, home)] = None
            except phones.BadNumber as problem:
                problems.append(in_words(problem.words))
        for words in problems[:SHOWN_PROBLEMS]:
            self.add_error("numbers", words)
        if len(problems) > SHOWN_PROBLEMS:
            self.add_error("numbers", gettext("And %(count)s more.") % {"count": len(problems) - SHOWN_PROBLEMS})
        return list(numbers)
