"""The forms of composing. A draft is made and changed through them, whether by a page or by a command."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.audience import phones
from campaigns.models import Campaign
from campaigns.statuses import CampaignKind
from notifyadmin.web.words import in_words
from providers import fieldforms, registry
from providers.contract.abilities import Ability
from providers.contract.fields import Field
from providers.contract.gateway import KindFacts
from providers.models import Account
from providers.voicetemplates.matching import difference

from .choices import TemplateField, VoiceFileField
from .messages import sample_message

OPTION = "option_"


KIND_HINTS = {
    CampaignKind.VOICE_FILE: _("A call that plays a recording."),
    CampaignKind.VOICE_TEXT: _("A call in which a voice reads out your text."),
    CampaignKind.VOICE_TEMPLATE: _("A call in which a voice reads out a text that the provider has approved."),
    CampaignKind.SMS: _("A text message."),
}


def possible_kinds() -> list[tuple[str, Any]]:
    """The kinds that an account in use can send, with their labels."""
    used = {gateway.slug for gateway in registry.all_gateways()} & set(
        Account.objects.usable().values_list("provider", flat=True)
    )
    able = {kind for slug in used for kind in registry.get(slug).able_kinds()}
    return [(kind.value, kind.label) for kind in CampaignKind if Ability(kind.value) in able]


class KindForm(forms.ModelForm):
    """Name, kind and account. The account must be able to send the kind."""

    class Meta:
        model = Campaign
        fields = ("name", "kind", "account")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = possible_kinds()
        if not self.instance.pk and kinds:
            self.initial.setdefault("kind", kinds[0][0])
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=kinds, widget=forms.RadioSelect)
        self.fields["name"].widget.attrs["autofocus"] = True
        self.fields["name"].help_text = _("For staff; nobody outside sees it.")
        accounts = self._able_accounts()
        self.fields["account"].queryset = accounts
        self.fields["account"].label = _("Account")
        self.fields["account"].empty_label = None if accounts.count() == 1 else _("Choose…")
        self.fields["account"].help_text = _("Accounts that can send this kind.")

    def kind_choices(self) -> list[tuple[str, Any, Any, bool]]:
        """(value, label, hint, whether chosen) of each possible kind."""
        chosen = self["kind"].value()
        kinds = self.fields["kind"].choices
        return [(value, label, KIND_HINTS[CampaignKind(value)], value == chosen) for value, label in kinds]

    def _able_accounts(self) -> Any:
        chosen = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        if chosen not in CampaignKind.values:
            return Account.objects.none()
        return Account.objects.usable().able_to(Ability(chosen))


class ContentForm(forms.Form):
    """What a campaign says, and the options of its requests, as the account's provider declares them."""

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.gateway = campaign.account.gateway
        self.facts: KindFacts = self.gateway.kinds[campaign.ability]
        self._add_content_fields()
        for option in self.facts.options:
            value = campaign.options.get(option.name)
            self.fields[OPTION + option.name] = fieldforms.form_field(option, value)

    def _add_content_fields(self) -> None:
        if self.campaign.kind == CampaignKind.VOICE_FILE:
            self.fields["voice_file"] = self._voice_file_field()
        if self.campaign.kind == CampaignKind.VOICE_TEMPLATE:
            self.fields["template"] = self._template_field()
        if self.facts.has_text:
            self.fields["text"] = self._text_field()

    def _voice_file_field(self) -> forms.Field:
        return VoiceFileField(
            self.campaign.account,
            label=_("Voice file"),
            initial=self.campaign.voice_file_id,
            empty_label=_("Choose…"),
            help_text=_("Files at this account, and our own that it can take: they are sent there before the start."),
        )

    def _template_field(self) -> forms.Field:
        return TemplateField(
            self.campaign.account,
            label=_("Voice template"),
            initial=self.campaign.template_id,
            empty_label=_("Choose…"),
            help_text=_("Templates of this account. With one in review the campaign waits until it is approved."),
        )

    def _text_field(self) -> forms.Field:
        area = forms.Textarea({"rows": 6, "spellcheck": "true"})
        help_text = _("A column of the audience in braces is replaced for each recipient.")
        return forms.CharField(
            label=_("Text"), strip=False, initial=self.campaign.text, widget=area, help_text=help_text
        )

    def options(self, *, advanced: bool) -> Iterator[forms.BoundField]:
        """The bound fields of the options, the usual or the *advanced* ones."""
        return (self[OPTION + option.name] for option in self.facts.options if option.advanced == advanced)

    def usual_options(self) -> list[forms.BoundField]:
        return list(self.options(advanced=False))

    def advanced_options(self) -> list[forms.BoundField]:
        return list(self.options(advanced=True))

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").rstrip("\n")
        if not text.strip():
            raise forms.ValidationError(gettext("The text is empty."))
        return text

    def clean(self) -> dict[str, Any]:
        template, text = self.cleaned_data.get("template"), self.cleaned_data.get("text")
        if template and text:
            found = difference(text, template.text, self.gateway.template_variable)
            if found:
                self.add_error("text", f"{in_words(found.words)} {in_words(found.hint)}".strip())
        if not self.errors:
            self._add_provider_problems()
        return self.cleaned_data

    def chosen_options(self) -> dict[str, Any]:
        """The options that were filled in, by their documented names, as they are stored and sent."""
        values = {option.name: self._option_value(option) for option in self.facts.options}
        return {name: value for name, value in values.items() if value is not None}

    def _option_value(self, option: Field) -> Any:
        return fieldforms.stored_value(option, self.cleaned_data.get(OPTION + option.name))

    def _add_provider_problems(self) -> None:
        """What the provider forbids about options together; texts are judged with real recipients in the check."""
        message = sample_message(self.campaign, self.chosen_options())
        for problem in self.gateway.check(message, self.campaign.account.access()):
            if OPTION + problem.field in self.fields:
                self.add_error(OPTION + problem.field, in_words(problem.words))


class AudienceForm(forms.Form):
    """A list, pasted or as a file; and where numbers without country code are at home."""

    pasted = forms.CharField(
        label=_("Paste a list"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 9, "class": "mono-area", "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("Or upload a CSV file"),
        required=False,
        widget=forms.FileInput({"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        help_text=_("Out of Excel: “Save as”, CSV UTF-8. Lists in GB18030 are read too."),
    )
    home = forms.ChoiceField(
        label=_("Country of numbers without country code"), required=False, choices=phones.COUNTRIES
    )
    header = forms.ChoiceField(
        label=_("First row"),
        required=False,
        choices=(("", _("Find out")), ("yes", _("Column names")), ("no", _("A recipient"))),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and bool((cleaned.get("pasted") or "").strip()) == bool(cleaned.get("file")):
            raise forms.ValidationError(gettext("Paste a list or choose a file, one of the two."))
        return cleaned

    def header_choice(self) -> bool | None:
        """Whether the first row is one of column names; None if that is to be found out."""
        return {"yes": True, "no": False}.get(self.cleaned_data["header"])
