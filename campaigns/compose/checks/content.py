"""What is said: a file at the account, an approved template, a complete text."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext

from campaigns.compose.checks.items import Item, Level, fix, listed, sentences
from campaigns.lifecycle import awaiting
from campaigns.models import Campaign
from campaigns.models.statuses import CampaignKind
from campaigns.text import placeholders
from providers.contract.words import Words, gettext_noop
from providers.voicetemplates.matching import difference
from providers.voicetemplates.models import TemplateState

WAITS_FOR_IT = Words(gettext_noop("The campaign waits for it and then starts by itself."))


def look(campaign: Campaign) -> Iterator[Item]:
    """What is played or read out."""
    if campaign.kind == CampaignKind.VOICE_FILE:
        yield _voice_file(campaign)
        return
    if campaign.kind == CampaignKind.VOICE_TEMPLATE:
        yield _template(campaign)
    yield from _text(campaign)


def _voice_file(campaign: Campaign) -> Item:
    if campaign.voice_file is None:
        detail = gettext("Choose what is played.")
        return fix(Level.STOP, gettext("No voice file is chosen"), detail, campaign, "content", gettext("Choose"))
    forbidding, waits = awaiting.forbidding(campaign), awaiting.awaited(campaign)
    if forbidding:
        title = gettext("The voice file is not at this account")
        return fix(Level.STOP, title, sentences(forbidding), campaign, "content", gettext("Choose"))
    if waits:
        url = reverse("providers:voicefiles:detail", args=[campaign.voice_file.pk])
        title = gettext("The voice file %(name)s is not at this account yet") % {"name": campaign.voice_file.name}
        return Item(Level.LOOK, title, sentences([*waits, WAITS_FOR_IT]), url, gettext("Look at it"))
    return Item(Level.GOOD, gettext("The voice file %(name)s is at this account") % {"name": campaign.voice_file.name})


def _template(campaign: Campaign) -> Item:
    template = campaign.template
    if template is None:
        title = gettext("No voice template is chosen")
        return fix(Level.STOP, title, "", campaign, "content", gettext("Choose"))
    forbidding, waits = awaiting.forbidding(campaign), awaiting.awaited(campaign)
    if forbidding or waits:
        title = gettext("The template %(name)s is not approved") % {"name": template.name}
        if template.state == TemplateState.APPROVED:
            title = gettext("The template %(name)s is not known at this account") % {"name": template.name}
    if forbidding:
        return fix(Level.STOP, title, sentences(forbidding), campaign, "content", gettext("Choose another"))
    if waits:
        url = reverse("providers:voicetemplates:detail", args=[template.pk])
        return Item(Level.LOOK, title, sentences([*waits, WAITS_FOR_IT]), url, gettext("Look at it"))
    return Item(Level.GOOD, gettext("The template %(name)s is approved") % {"name": template.name})


def _text(campaign: Campaign) -> Iterator[Item]:
    if not campaign.account.gateway.kinds[campaign.ability].has_text:
        return
    if not campaign.text.strip():
        yield fix(Level.STOP, gettext("The text is empty"), "", campaign, "content", gettext("Write it"))
        return
    found = _template_difference(campaign)
    if found:
        title = gettext("The text differs from the template")
        yield fix(Level.STOP, title, found, campaign, "content", gettext("Correct"))
    unknown = [name for name in placeholders.names(campaign.text) if name not in campaign.columns]
    if unknown and campaign.total:
        title = gettext("The text names columns that the audience does not have")
        detail = gettext("Unknown: %(unknown)s. The audience has: %(columns)s.") % {
            "unknown": listed(unknown),
            "columns": listed(campaign.columns) or gettext("no columns"),
        }
        yield fix(Level.STOP, title, detail, campaign, "content", gettext("Correct"))
    elif not found:
        yield Item(Level.GOOD, gettext("The text is complete"))
    if placeholders.stray_braces(campaign.text):
        title = gettext("A brace in the text stands for itself")
        detail = gettext("Only a column's name between { and } is replaced; full-width braces and single ones are not.")
        yield fix(Level.LOOK, title, detail, campaign, "content", gettext("Look at the text"))


def _template_difference(campaign: Campaign) -> str:
    if campaign.template is None or campaign.kind != CampaignKind.VOICE_TEMPLATE:
        return ""
    found = difference(campaign.text, campaign.template.text, campaign.account.gateway.template_variable)
    return sentences([found.words, found.hint]) if found else ""
