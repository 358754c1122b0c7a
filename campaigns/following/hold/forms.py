"""Forms of the hold."""

from django import forms
from django.utils.translation import gettext_lazy as _


class HoldForm(forms.Form):
    """Why everything is held."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("Everybody reads it, on every page, for as long as sending is held."),
    )


class ReleaseForm(forms.Form):
    """That somebody has looked. ``seen`` is the newest reason that stood on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("What was found and done. It is kept in the activity list."),
    )
    sure = forms.BooleanField(
        label=_("I have looked at the reasons and the numbers. Whoever waits may be called and texted from now on."),
        error_messages={"required": _("Confirm that you have looked at them.")},
    )
