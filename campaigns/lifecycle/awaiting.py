"""What a campaign's content needs at the provider: a template that is approved, a voice file that is there.

Some of it comes by itself, and a campaign waits for that: it is scheduled, without a time where somebody wants it to
start as soon as it can. Other things never come without a person; then nothing starts.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign
from campaigns.models.statuses import CampaignKind, CampaignState
from providers.contract.words import Words, gettext_noop
from providers.models import TemplateState, VoiceFileCopy
from providers.voicefiles import copies
from providers.voicefiles.models import CopyState
from providers.voicefiles.obstacles import obstacle

COMING_TEMPLATE = (TemplateState.SUBMITTING, TemplateState.IN_REVIEW)
"""States out of which a template may become approved without anybody here doing anything."""

COMING_COPY = (CopyState.WAITING, CopyState.SENDING, CopyState.UNCLEAR)
"""The same of a copy of a voice file."""

NO_TEMPLATE = Words(gettext_noop("No voice template is chosen. Choose one."))
FOREIGN_TEMPLATE = gettext_noop(
    "The template “%(name)s” belongs to another account, so this one would refuse every call. Choose one of its own."
)
REJECTED = gettext_noop(
    "The provider rejected the template “%(name)s”: %(reason)s. Choose another one, or edit it as new and hand that in."
)
REJECTED_SILENTLY = gettext_noop(
    "The provider rejected the template “%(name)s” and gave no reason. Choose another one, or edit it as new."
)
TEMPLATE_DELETED = gettext_noop("The template “%(name)s” is deleted. Choose another one.")
TEMPLATE_DRAFT = gettext_noop(
    "The template “%(name)s” is a draft that the provider does not have. Hand it in, or choose another one."
)
IN_REVIEW = gettext_noop("The template “%(name)s” is in review at the provider.")
SUBMITTING = gettext_noop("The template “%(name)s” is being handed in to the provider.")
NO_FILE = Words(gettext_noop("No voice file is chosen. Choose what is played."))
NOT_AT_ACCOUNT = gettext_noop("The voice file “%(name)s” is not at this account. Choose one that is.")
FILE_FAILED = gettext_noop(
    "The voice file “%(name)s” could not be sent to the account. Send it again on its page, or choose another one."
)
FILE_TO_SEND = gettext_noop("The voice file “%(name)s” is not at the account yet. It is sent there first.")
FILE_SENDING = gettext_noop("The voice file “%(name)s” is being sent to the account.")
FILE_UNCLEAR = gettext_noop(
    "Whether the account has the voice file “%(name)s” is unclear; the provider is asked. Its page says more."
)


def forbidding(campaign: Campaign) -> list[Words]:
    """Why the content cannot be used and will not become usable by itself; the second is the reason of the first."""
    if campaign.kind == CampaignKind.VOICE_TEMPLATE:
        return _template_forbids(campaign)
    return _file_forbids(campaign) if campaign.kind == CampaignKind.VOICE_FILE else []


def awaited(campaign: Campaign) -> list[Words]:
    """What the campaign's start waits for, where nothing is forbidding; empty where it could start now."""
    if campaign.kind == CampaignKind.VOICE_TEMPLATE:
        return _template_awaited(campaign)
    return _file_awaited(campaign) if campaign.kind == CampaignKind.VOICE_FILE else []


def call_for(campaign: Campaign, by: Any) -> None:
    """Have the voice file sent to the account unless it is there. Raises Refusal when the account cannot take it."""
    if campaign.kind == CampaignKind.VOICE_FILE and campaign.voice_file is not None:
        copies.ensure(campaign.voice_file, campaign.account, by)


def raw_reason(campaign: Campaign) -> str:
    """The provider's own words about a template that it rejected or a file that it did not take."""
    if campaign.kind == CampaignKind.VOICE_TEMPLATE:
        template = campaign.template
        if template is None or template.state != TemplateState.REJECTED or template.reviewed_by_hand:
            return ""
        return template.reason
    copy = _copy(campaign)
    return copy.raw if copy else ""


def came_at(campaign: Campaign) -> datetime | None:
    """Since when what the start needed is there, as far as that is known."""
    if campaign.kind == CampaignKind.VOICE_TEMPLATE:
        return campaign.template.reviewed_at if campaign.template else None
    copy = _copy(campaign) if campaign.kind == CampaignKind.VOICE_FILE else None
    return copy.changed_at if copy else None


def lost() -> QuerySet[Campaign]:
    """Scheduled campaigns whose content needs a person."""
    never = Q(kind=CampaignKind.VOICE_TEMPLATE) & ~Q(template__state__in=(*COMING_TEMPLATE, TemplateState.APPROVED))
    coming = _copies_in((*COMING_COPY, CopyState.THERE))
    return _scheduled().filter(never | Q(Q(kind=CampaignKind.VOICE_FILE) & ~coming))


def ready() -> QuerySet[Campaign]:
    """Scheduled campaigns that wait for nothing but perhaps their time."""
    waits = Q(kind=CampaignKind.VOICE_TEMPLATE) & ~Q(template__state=TemplateState.APPROVED)
    return _scheduled().exclude(waits).exclude(Q(kind=CampaignKind.VOICE_FILE) & ~_copies_in((CopyState.THERE,)))


def _scheduled() -> QuerySet[Campaign]:
    return Campaign.objects.filter(state=CampaignState.SCHEDULED)


def _copies_in(states: tuple[CopyState, ...]) -> Exists:
    here = VoiceFileCopy.objects.filter(voice_file=OuterRef("voice_file_id"), account=OuterRef("account_id"))
    return Exists(here.filter(state__in=states))


def _template_forbids(campaign: Campaign) -> list[Words]:
    template = campaign.template
    if template is None:
        return [NO_TEMPLATE]
    name = {"name": template.name}
    if template.account_id != campaign.account_id:
        return [Words(FOREIGN_TEMPLATE, name)]
    if template.state == TemplateState.REJECTED:
        reason = template.reason.rstrip(" .。")
        return [Words(REJECTED, {**name, "reason": reason}) if reason else Words(REJECTED_SILENTLY, name)]
    text = {TemplateState.DELETED: TEMPLATE_DELETED, TemplateState.DRAFT: TEMPLATE_DRAFT}.get(
        TemplateState(template.state)
    )
    return [Words(text, name)] if text else []


def _template_awaited(campaign: Campaign) -> list[Words]:
    template = campaign.template
    if template is None or template.state not in COMING_TEMPLATE:
        return []
    found = [Words(IN_REVIEW if template.state == TemplateState.IN_REVIEW else SUBMITTING, {"name": template.name})]
    return found + ([Words.unpack(template.unclear_words)] if template.unclear_words else [])


def _file_forbids(campaign: Campaign) -> list[Words]:
    file, copy = campaign.voice_file, _copy(campaign)
    if file is None:
        return [NO_FILE]
    name = {"name": file.name}
    if copy is None:
        against = obstacle(file, campaign.account)
        return [Words(NOT_AT_ACCOUNT, name), against] if against else []
    if copy.state != CopyState.FAILED:
        return []
    return [Words(FILE_FAILED, name), *([Words.unpack(copy.words)] if copy.words else [])]


def _file_awaited(campaign: Campaign) -> list[Words]:
    file, copy = campaign.voice_file, _copy(campaign)
    if file is None or (copy and copy.state not in COMING_COPY):
        return []
    name = {"name": file.name}
    if copy is None:
        return [Words(FILE_TO_SEND, name)]
    if copy.state != CopyState.UNCLEAR:
        return [Words(FILE_SENDING, name)]
    return [Words(FILE_UNCLEAR, name), *([Words.unpack(copy.words)] if copy.words else [])]


def _copy(campaign: Campaign) -> VoiceFileCopy | None:
    file = campaign.voice_file
    return file.copies.filter(account_id=campaign.account_id).first() if file else None
