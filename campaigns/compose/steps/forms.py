"""The forms of composing. A draft is made and changed through them, whether by a page or by a command."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.models.statuses import CampaignKind
from notifyadmin.web.fields import field_of
from notifyadmin.web.generics import ModelForm
from notifyadmin.web.words import in_words
from providers import registry
from providers.contract.abilities import Ability
from providers.contract.gateway import KindFacts
from providers.models import Account
from providers.voicetemplates.matching import difference

from .choices import TemplateField, VoiceFileField

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


class KindForm(ModelForm[Campaign]):
    """Name, kind and account. The account must be able to send the kind."""

    class Meta:
        model = Campaign
        fields = ("name", "kind", "account")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = kinds = possible_kinds()
        if not self.instance.pk and kinds:
            self.initial.setdefault("kind", kinds[0][0])
        self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=kinds, widget=forms.RadioSelect)
        self.fields["name"].widget.attrs["autofocus"] = True
        self.fields["name"].help_text = _("For staff; nobody outside sees it.")
        accounts = self._able_accounts()
        account = field_of(self, "account", forms.ModelChoiceField)
        account.queryset = accounts
        account.label = _("Account")
        account.empty_label = None if accounts.count() == 1 else _("Choose…")
        account.help_text = _("Accounts that can send this kind.")

    def kind_choices(self) -> list[tuple[str, Any, Any, bool]]:
        """(value, label, hint, whether chosen) of each possible kind."""
        chosen = self["kind"].value()
        return [(value, label, KIND_HINTS[CampaignKind(value)], value == chosen) for value, label in self.kinds]

    def _able_accounts(self) -> Any:
        chosen = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        if chosen not in CampaignKind.values:
            return Account.objects.none()
        return Account.objects.usable().able_to(Ability(chosen))


class ContentForm(forms.Form):
    """What a campaign says."""

    def __init__(self, campaign: Campaign, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.campaign = campaign
        self.gateway = campaign.account.gateway
        self.facts: KindFacts = self.gateway.kinds[campaign.ability]
        self._add_content_fields()

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

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n").rstrip("\n")
        if not text.strip():
            raise forms.ValidationError(gettext("The text is empty."))
        return text

    def clean(self) -> dict[str, Any]:
        template, text = self.cleaned_data.get("template"), self.cleaned_data.get("text")
        if template and text:
            found = difference(text, template.text, self.gateway.template_variable)
            if found:
                self.add_error("text", f"{in_words(found.words)} {in_words(found.hint)}".strip())
        return self.cleaned_data
