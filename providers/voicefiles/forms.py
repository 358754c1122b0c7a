"""Forms of voice files."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.fields import field_of
from notifyadmin.web.layout import helper
from providers.accounts.models import Account
from providers.contract.abilities import Ability

LONGEST_TAG = 40
MOST_TAGS = 12


class CopyForm(forms.Form):
    """Where a recording exists, and under which id."""

    account = forms.ModelChoiceField(label=_("Account"), queryset=Account.objects.none())
    file_id = forms.CharField(
        label=_("File id"),
        max_length=200,
        help_text=_("As the provider's console shows it. Nothing is asked of the provider: copy it exactly."),
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field_of(self, "account", forms.ModelChoiceField).queryset = Account.objects.usable().able_to(
            Ability.VOICE_FILE
        )

    @cached_property
    def helper(self) -> Any:
        return helper(*self.fields)


class TakeOverForm(CopyForm):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("What is said in it, so that staff recognise it.")
    )
    field_order = ["name", "account", "file_id"]


class DescribeForm(forms.Form):
    """What staff call a recording, and by which words they find it."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("What is said in it, so that staff recognise it.")
    )
    description = forms.CharField(
        label=_("Description"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=600,
        required=False,
        help_text=_("Words by which it is found again, with commas between them."),
        widget=forms.TextInput(attrs={"list": "known-tags", "autocomplete": "off"}),
    )

    @cached_property
    def helper(self) -> Any:
        return helper(*self.fields)

    def clean_tags(self) -> list[str]:
        """The words, each once; commas of both kinds stand between them."""
        written = self.cleaned_data["tags"].replace("，", ",").replace("、", ",").split(",")
        words = list(dict.fromkeys(filter(None, (" ".join(word.split()) for word in written))))
        for word in words:
            if len(word) > LONGEST_TAG:
                raise ValidationError(
                    _("“%(tag)s” is too long for a tag: at most %(most)s characters."),
                    params={"tag": word, "most": LONGEST_TAG},
                )
        if len(words) > MOST_TAGS:
            raise ValidationError(_("At most %(most)s tags."), params={"most": MOST_TAGS})
        return words
