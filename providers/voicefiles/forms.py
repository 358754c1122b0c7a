"""Forms of voice files."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.layout import helper
from providers.accounts.models import Account
from providers.contract.abilities import Ability


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
        self.fields["account"].queryset = Account.objects.usable().able_to(Ability.VOICE_FILE)

    @cached_property
    def helper(self) -> Any:
        return helper(*self.fields)


class TakeOverForm(CopyForm):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("What is said in it, so that staff recognise it.")
    )
    field_order = ["name", "account", "file_id"]
