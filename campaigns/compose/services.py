"""Drafts: made, filled and thrown away. Pages and commands come through here alike."""

from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.forms import BaseForm

from campaigns.audience.importing import NotADraft, clear_audience
from campaigns.models import Campaign
from campaigns.statuses import CampaignState
from providers.models import Account, VoiceFile, VoiceTemplate

from .forms import OPTION, ContentForm, KindForm

FormType = TypeVar("FormType", bound=BaseForm)


class NotValid(ValueError):
    """Values that the forms refuse; ``errors`` are lists of sentences by field name."""

    def __init__(self, form: BaseForm) -> None:
        self.errors = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
        super().__init__("; ".join(f"{name}: {' '.join(errors)}" for name, errors in self.errors.items()))


def create_draft(*, name: str, kind: str, account: Account, user: AbstractBaseUser | None = None) -> Campaign:
    """A new draft. Raises NotValid, for example when the account cannot send this kind."""
    return store_kind(_valid(KindForm({"name": name, "kind": str(kind), "account": account.pk})), user)


def save_content(
    campaign: Campaign,
    *,
    text: str = "",
    voice_file: VoiceFile | None = None,
    template: VoiceTemplate | None = None,
    options: dict[str, Any] | None = None,
) -> None:
    """Set what the draft says and its request options (by documented name). Raises NotValid, NotADraft."""
    values = {OPTION + name: value for name, value in (options or {}).items()}
    chosen = {"voice_file": voice_file and voice_file.pk, "template": template and template.pk}
    store_content(_valid(ContentForm(campaign, {"text": text, **chosen, **values})))


def store_kind(form: KindForm, user: AbstractBaseUser | None = None) -> Campaign:
    """Save a valid form. A draft that changes its kind or account loses the content made for the other."""
    campaign: Campaign = form.instance
    if campaign.pk is None:
        campaign.created_by_id = user.pk if user else None
        campaign.save()
        return campaign
    with transaction.atomic():
        _require_draft(campaign)
        if {"kind", "account"} & set(form.changed_data):
            campaign.text, campaign.options = "", {}
            campaign.voice_file = campaign.template = None
        campaign.save()
    return campaign


def store_content(form: ContentForm) -> Campaign:
    """Save a valid form. Raises NotADraft."""
    campaign, cleaned = form.campaign, form.cleaned_data
    with transaction.atomic():
        _require_draft(campaign)
        campaign.text = cleaned.get("text", "")
        campaign.voice_file, campaign.template = cleaned.get("voice_file"), cleaned.get("template")
        campaign.options = form.chosen_options()
        campaign.save(update_fields=["text", "voice_file", "template", "options", "updated_at"])
    return campaign


def delete_draft(campaign: Campaign) -> None:
    """Throw the draft away with its audience. Raises NotADraft."""
    with transaction.atomic():
        clear_audience(campaign)
        campaign.delete()


def _require_draft(campaign: Campaign) -> None:
    state = Campaign.objects.select_for_update().values_list("state", flat=True).get(pk=campaign.pk)
    if state != CampaignState.DRAFT:
        raise NotADraft


def _valid(form: FormType) -> FormType:
    if not form.is_valid():
        raise NotValid(form)
    return form
