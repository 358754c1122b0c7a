"""The account form, made from what the gateway declares."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.bootstrap import AppendedText
from crispy_forms.layout import Fieldset
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.layout import Folded, helper
from notifyadmin.web.words import in_words
from providers.contract.fields import Field, FieldKind
from providers.contract.gateway import Gateway

from . import addresses
from .formfields import form_field
from .limits import Limits, LimitsForm
from .models import Account

ADDRESS = "base_url"
LIMITS = tuple(LimitsForm.base_fields)
_LIMIT_UNITS = {"guard_percent": "%"}


class AccountForm(LimitsForm):
    """Name, credentials, settings and limits of an account at *gateway*; of an existing one with *account*.

    ``credentials`` and ``settings`` of ``cleaned_data`` are by declared names, ``limits`` are Limits. A secret that was
    left empty on an existing account is not among the credentials: it stays as it is.
    """

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("How staff tell this account from the others, for example by team.")
    )
    receipt_wait_hours = forms.IntegerField(
        label=_("Wait for a receipt"),
        min_value=1,
        max_value=720,
        initial=72,
        help_text=_("A recipient without a receipt after this time counts as expired. A later receipt still counts."),
    )

    def __init__(self, *args: Any, gateway: Gateway, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gateway, self.account = gateway, account
        for prefix, declared in self._declared():
            self.fields[f"{prefix}{declared.name}"] = form_field(declared, stored=self._stored_secret(declared))
        if account is not None:
            self.initial = {**self._initial(account), **self.initial}

    def _declared(self) -> Iterable[tuple[str, Field]]:
        yield from (("credential_", field) for field in self.gateway.credentials)
        yield from (("setting_", field) for field in self.gateway.settings)

    def _stored_secret(self, declared: Field) -> str:
        if self.account is None or declared.kind is not FieldKind.SECRET:
            return ""
        return str(self.account.credentials.get(declared.name) or "")

    def _initial(self, account: Account) -> dict[str, Any]:
        shown = {
            f"credential_{field.name}": account.credentials.get(field.name)
            for field in self.gateway.credentials
            if field.kind is not FieldKind.SECRET
        }
        chosen = {f"setting_{name}": value for name, value in account.settings.items()}
        common = {"name": account.name, "receipt_wait_hours": account.receipt_wait_hours}
        return common | Limits.of(account).values() | shown | chosen

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        same = Account.objects.filter(name=name)
        others = same.exclude(pk=self.account.pk) if self.account else same
        if others.exists():
            raise forms.ValidationError(_("Another account has this name already. Choose one that tells them apart."))
        return name

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for prefix, declared in self._declared():
            self._check(f"{prefix}{declared.name}", declared)
        given = self._chosen("credential_", self.gateway.credentials)
        emptied = {field.name: "" for field in self.gateway.credentials if field.kind is not FieldKind.SECRET}
        values["credentials"] = emptied | given
        values["settings"] = self._chosen("setting_", self.gateway.settings)
        return values

    def _check(self, name: str, declared: Field) -> None:
        value = self.cleaned_data.get(name)
        if name in self.errors or (value in (None, "") and (not declared.required or self._stored_secret(declared))):
            return
        problems = [problem.words for problem in declared.problems(value)]
        if declared.name == ADDRESS and isinstance(value, str) and not problems:
            inward = addresses.problem(value, declared, allow_private=settings.ALLOW_PRIVATE_PROVIDERS)
            problems = [inward] if inward else []
        for words in problems:
            self.add_error(name, in_words(words))

    def _chosen(self, prefix: str, declared: Iterable[Field]) -> dict[str, Any]:
        values = {field.name: self.cleaned_data.get(f"{prefix}{field.name}") for field in declared}
        return {name: value for name, value in values.items() if value not in (None, "")}

    @cached_property
    def helper(self) -> Any:
        parts = [Fieldset("", "name")]
        simple: dict[str, list[Any]] = {prefix: [] for prefix in ("credential_", "setting_")}
        advanced: list[Any] = []
        for prefix, declared in self._declared():
            shown = _with_unit(f"{prefix}{declared.name}", declared)
            (advanced if declared.advanced else simple[prefix]).append(shown)
        simple["setting_"].append(AppendedText("receipt_wait_hours", _("hours")))
        parts.append(Fieldset(_("Credentials"), *simple["credential_"]))
        parts.append(Fieldset(_("Settings"), *simple["setting_"]))
        parts.append(Fieldset(_("Limits"), *map(_limit_field, LIMITS)))
        if advanced:
            parts.append(Folded(_("Advanced settings"), *advanced))
        return helper(*parts)


def _limit_field(name: str) -> Any:
    return AppendedText(name, _LIMIT_UNITS[name]) if name in _LIMIT_UNITS else name


def _with_unit(name: str, declared: Field) -> Any:
    return AppendedText(name, in_words(declared.unit)) if declared.unit else name
