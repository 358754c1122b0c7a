"""The form of a decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle.approval.services import NO_REASON, NOTE_LENGTH
from notifyadmin.web.words import in_words

APPROVE, REFUSE = "approve", "refuse"


class DecisionForm(forms.Form):
    """``seen`` is the digest of what was looked at, ``decision`` which button was pressed, ``note`` the words to it."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    note = forms.CharField(
        label=_("Note, or the reason for sending it back"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea({"rows": 3}),
    )
    decision = forms.ChoiceField(choices=((APPROVE, APPROVE), (REFUSE, REFUSE)), widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == REFUSE and not str(cleaned.get("note") or "").strip():
            self.add_error("note", in_words(NO_REASON))
        return cleaned
