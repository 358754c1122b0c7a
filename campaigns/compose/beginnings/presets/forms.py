"""The forms of presets."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Preset

LENGTH = Preset._meta.get_field("name").max_length


class NameForm(forms.Form):
    """A preset's name."""

    name = forms.CharField(label=_("Name of the preset"), max_length=LENGTH)


class KeepForm(NameForm):
    """``replace`` overwrites a preset of the same name."""

    replace = forms.BooleanField(label=_("Replace the preset of this name, if there is one"), required=False)
