"""Abilities in words for staff."""

from django.utils.translation import gettext_lazy as _

from providers.contract.abilities import Ability
from providers.contract.gateway import Gateway

ABILITY_LABELS = {
    Ability.VOICE_FILE: _("Voice file calls"),
    Ability.VOICE_TEXT: _("Text to speech"),
    Ability.VOICE_TEMPLATE: _("Voice template calls"),
    Ability.SMS: _("SMS"),
    Ability.RECEIVES_RECEIPTS: _("Pushes receipts"),
    Ability.PULLS_RECEIPTS: _("Receipts can be asked for"),
    Ability.REVIEWS_TEMPLATES: _("Reviews templates"),
    Ability.TAKES_VOICE_FILES: _("Takes voice files"),
    Ability.REPORTS_BALANCE: _("Reports its balance"),
    Ability.RECEIVES_REPLIES: _("Pushes replies"),
}


def kinds(gateway: Gateway) -> list[object]:
    """The kinds of campaign that the provider sends."""
    return [ABILITY_LABELS[kind] for kind in gateway.able_kinds()]


def services(gateway: Gateway) -> list[object]:
    """What the provider does besides."""
    return [label for ability, label in ABILITY_LABELS.items() if ability in gateway.services]
