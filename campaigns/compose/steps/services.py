"""Drafts: made, filled and thrown away. Pages and commands come through here alike."""

import hashlib
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.forms import BaseForm

from campaigns.models import Campaign
from campaigns.models.statuses import CampaignState
from campaigns.people.audience.importing import NotADraft
from campaigns.people.audience.removing import empty_audience
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop
from providers.models import Account, VoiceFile, VoiceTemplate

from .forms import ContentForm, KindForm
from .optionforms import OPTION, OptionsForm

MEANWHILE = Words(
    gettext_noop(
        "Somebody changed this draft since you opened the page. What you typed is still here and is not saved: save "
        "once more to replace what the draft says now."
    )
)
TESTED = Words(
    gettext_noop(
        "Tests of this draft were sent, and what became of them is kept as evidence. Put the draft into the archive "
        "instead."
    )
)

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
    """Set what the draft says and, if given, its request options (by documented name). Raises NotValid, NotADraft."""
    chosen = {"voice_file": voice_file and voice_file.pk, "template": template and template.pk}
    content = _valid(ContentForm(campaign, {"text": text, **chosen}))
    filled = None if options is None else _filled_options(campaign, options)
    store_content(content)
    if filled is not None:
        store_options(filled)


def store_kind(form: KindForm, user: AbstractBaseUser | None = None) -> Campaign:
    """Save a valid form. A draft that changes its kind or account loses the content made for the other."""
    campaign: Campaign = form.instance
    if campaign.pk is None:
        campaign.created_by_id = user.pk if user else None
        campaign.save()
        return campaign
    with transaction.atomic():
        _require_draft(campaign)
        columns = ["name", "kind", "account", "updated_at"]
        if {"kind", "account"} & set(form.changed_data):
            campaign.text, campaign.options = "", {}
            campaign.voice_file = campaign.template = None
            columns += ["text", "options", "voice_file", "template"]
        # Nothing else: a list may be read into the draft meanwhile.
        campaign.save(update_fields=columns)
    return campaign


def content_mark(campaign: Campaign) -> str:
    """What the draft says, as one short value that two pages can compare."""
    told = f"{campaign.voice_file_id} {campaign.template_id} {campaign.text}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def store_content(form: ContentForm, *, was: str = "") -> Campaign:
    """Save a valid form. Raises NotADraft, and Refusal where the draft no longer says what it *was* for its reader."""
    campaign, cleaned = form.campaign, form.cleaned_data
    with transaction.atomic():
        _require_draft(campaign)
        if was and was != content_mark(Campaign.objects.get(pk=campaign.pk)):
            raise Refusal(MEANWHILE)
        campaign.text = cleaned.get("text", "")
        campaign.voice_file, campaign.template = cleaned.get("voice_file"), cleaned.get("template")
        campaign.save(update_fields=["text", "voice_file", "template", "updated_at"])
    return campaign


def store_options(form: OptionsForm) -> Campaign:
    """Save a valid form. Raises NotADraft."""
    campaign = form.campaign
    with transaction.atomic():
        _require_draft(campaign)
        campaign.options = form.chosen_options()
        campaign.save(update_fields=["options", "updated_at"])
    return campaign


def delete_draft(campaign: Campaign) -> None:
    """Throw the draft away with its audience. Raises NotADraft, and Refusal where tests of it were sent."""
    with transaction.atomic():
        _require_draft(campaign)
        if campaign.tests.exists():
            raise Refusal(TESTED)
        empty_audience(campaign)
        campaign.delete()


def _require_draft(campaign: Campaign) -> None:
    state = Campaign.objects.select_for_update().values_list("state", flat=True).get(pk=campaign.pk)
    if state != CampaignState.DRAFT:
        raise NotADraft


def _filled_options(campaign: Campaign, options: dict[str, Any]) -> OptionsForm:
    return _valid(OptionsForm(campaign, {OPTION + name: value for name, value in options.items()}))


def _valid(form: FormType) -> FormType:
    if not form.is_valid():
        raise NotValid(form)
    return form
