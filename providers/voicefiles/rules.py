"""Which recordings are taken here."""

from django.conf import settings

from providers import registry
from providers.contract.abilities import Ability

from .audio import READERS, Limits

FILES_AT_ONCE = 20
"""As many whole files fit into one request of a browser without scripts; more of them are sent one by one."""


def formats() -> tuple[str, ...]:
    """What the providers take, as far as it can be checked; everything that can be checked where no provider says."""
    declared = {
        suffix
        for gateway in registry.able_to(Ability.TAKES_VOICE_FILES)
        if gateway.file_rules
        for suffix in gateway.file_rules.suffixes
    }
    return tuple(name for name in READERS if name in declared) or tuple(READERS)


def limits() -> Limits:
    """The limits of this installation."""
    return Limits(formats(), settings.VOICE_FILE_MAX_BYTES, settings.VOICE_FILE_MAX_SECONDS)
