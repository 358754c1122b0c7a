"""Forms of voice templates."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.fields import field_of
from notifyadmin.web.layout import helper
from notifyadmin.web.words import in_words
from providers.accounts.models import Account
from providers.contract.abilities import Ability

from . import texts
from .models import TemplateState


class TextForm(forms.Form):
    """Account, name and text of a template, checked as far as it can be without the provider."""

    account = forms.ModelChoiceField(label=_("Account"), queryset=Account.objects.none())
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For staff only; the provider never sees it."))
    text = forms.CharField(
        label=_("Text"),
        max_length=texts.LONGEST,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5, "class": "spoken", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = Account.objects.usable().able_to(Ability.REVIEWS_TEMPLATES)
        field_of(self, "account", forms.ModelChoiceField).queryset = accounts
        if "account" not in self.initial and len(found := list(accounts[:2])) == 1:
            self.initial["account"] = found[0].pk

    def clean_text(self) -> str:
        """Browsers end lines in two characters; campaigns keep one, and both must be alike to the character."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        account, text = values.get("account"), values.get("text")
        if account is not None and text:
            for words in texts.problems(text, account.gateway.template_variable):
                self.add_error("text", in_words(words))
        return values

    @cached_property
    def helper(self) -> Any:
        return helper(*self.fields)


def provider_id_field(**values: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Id at the provider"), max_length=40, widget=forms.TextInput(attrs={"class": "mono"}), **values
    )


def note_field() -> forms.CharField:
    return forms.CharField(
        label=_("Note"), max_length=300, help_text=_("Where you looked and when; it stays in the timeline.")
    )


def there_field() -> forms.ChoiceField:
    """The states of a template that the provider has and that may be used, now or later."""
    return forms.ChoiceField(
        label=_("What the provider's console says"),
        widget=forms.RadioSelect,
        choices=[
            (TemplateState.APPROVED, _("It is approved")),
            (TemplateState.IN_REVIEW, _("It is there and waits for its review")),
        ],
    )


class TakeOverForm(TextForm):
    provider_id = provider_id_field(help_text=_("As the provider's console shows it."))
    state = there_field()
    field_order = ["account", "provider_id", "state", "name", "text"]


class LinkForm(forms.Form):
    """Where a draft is at the provider already."""

    provider_id = provider_id_field(help_text=_("As the provider's console shows it."))
    state = there_field()
    note_text = note_field()

    @cached_property
    def helper(self) -> Any:
        return helper(*self.fields)


class StateForm(forms.Form):
    """What a person saw in the provider's console."""

    state = forms.ChoiceField(
        label=_("What the provider's console says"),
        widget=forms.RadioSelect,
        choices=[
            (TemplateState.IN_REVIEW, _("It is there and waits for its review")),
            (TemplateState.APPROVED, _("It is approved")),
            (TemplateState.REJECTED, _("It is rejected")),
            (TemplateState.DRAFT, _("It is not there: back to draft")),
        ],
    )
    provider_id = provider_id_field(required=False, help_text=_("Not needed where it is not there."))
    note_text = note_field()

    @cached_property
    def helper(self) -> Any:
        return helper(*self.fields)
