"""The form of a price."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.fields import field_of
from providers.accounts import labels
from providers.accounts.models import Account
from providers.contract.abilities import Ability

from . import countries
from .models import PriceUnit

CALL_UNITS = (PriceUnit.CALL, PriceUnit.MINUTE)


class PriceForm(forms.Form):
    """One price. A price of the same kind and country that stands already is replaced."""

    kind = forms.ChoiceField(label=_("Kind"))
    country = forms.CharField(
        label=_("Calling code"),
        required=False,
        max_length=countries.LONGEST + 2,
        help_text=_("Digits such as 86. Empty: for all countries without a price of their own."),
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=PriceUnit.choices)
    amount = forms.DecimalField(label=_("Amount"), min_value=0, max_digits=12, decimal_places=6)
    currency = forms.RegexField(
        r"^\s*[A-Za-z]{3}\s*$",
        label=_("Currency"),
        max_length=5,
        help_text=_("Three letters, such as USD or CNY, as the balance of the account has it."),
        error_messages={"invalid": _("A currency has three letters, such as USD.")},
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = account.gateway.able_kinds()
        names = labels.kinds(account.gateway)
        field_of(self, "kind", forms.ChoiceField).choices = [
            (str(kind.value), name) for kind, name in zip(kinds, names, strict=True)
        ]

    def clean_country(self) -> str:
        code: str = self.cleaned_data["country"].strip().lstrip("+").strip()
        if code and not (code.isascii() and code.isdigit() and len(code) <= countries.LONGEST):
            raise forms.ValidationError(gettext("A calling code has digits only, such as 86."))
        if code and not countries.begins_with_code(code):
            raise forms.ValidationError(gettext("No country has this calling code."))
        return code

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, unit = cleaned.get("kind"), cleaned.get("unit")
        if kind and unit and (unit == PriceUnit.SEGMENT) != (kind == Ability.SMS):
            self.add_error("unit", gettext("Messages are counted in parts, calls in calls or minutes."))
        return cleaned
