"""The form of a duplicate."""

from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign

LENGTH = 120


class DuplicateForm(forms.Form):
    """``name`` of the new draft, and whether the ``audience`` comes along."""

    name = forms.CharField(label=_("Name of the new campaign"), max_length=LENGTH)
    audience = forms.BooleanField(label=_("With its audience"), required=False)

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if campaign.total:
            count = number_format(campaign.total, force_grouping=True)
            self.fields["audience"].help_text = _(
                "Everybody in it, %(count)s in all, also whoever was reached. Without it the new campaign begins empty."
            ) % {"count": count}
        else:
            del self.fields["audience"]
