"""Requests as they would be made for single recipients, for checks and previews. Nothing is sent."""

from typing import Any

from campaigns.models import Campaign
from campaigns.models.statuses import CampaignKind
from providers.contract.messages import Callee, Message

SAMPLE_REFERENCE = "0000000000-0-0"
"""As long as references usually are, so that limits on fields which carry it are judged rightly."""

SAMPLE_NUMBER = "8613800138000"
"""A number that every provider takes, where nobody is in the audience yet."""

SAMPLE_FILE = "file"
"""Stands for the id of a file that the account does not have yet."""


def message_to(campaign: Campaign, callee: Callee, *, file_id: str) -> Message:
    """The request that would reach one recipient."""
    return Message(
        kind=campaign.ability,
        ref=SAMPLE_REFERENCE,
        callees=(callee,),
        file_id=file_id,
        template_id=campaign.template.provider_id if campaign.template else "",
        options=campaign.options,
    )


def sample_message(campaign: Campaign, options: dict[str, Any]) -> Message:
    """A request with *options* and a recipient who stands for none in particular."""
    callee = Callee(f"{SAMPLE_REFERENCE}.1", SAMPLE_NUMBER, "text")
    return Message(campaign.ability, SAMPLE_REFERENCE, (callee,), file_id=SAMPLE_FILE, options=options)


def file_id(campaign: Campaign) -> str:
    """The provider's id of the campaign's voice file at its account, empty where there is none."""
    if campaign.kind != CampaignKind.VOICE_FILE or campaign.voice_file is None:
        return ""
    copy = campaign.voice_file.copies.filter(account_id=campaign.account_id).first()
    return copy.file_id if copy else ""


def shown_file_id(campaign: Campaign) -> str:
    """:func:`file_id`, with a stand-in for a file that is chosen and not at the account yet: that is told apart."""
    return file_id(campaign) or (SAMPLE_FILE if campaign.voice_file else "")
