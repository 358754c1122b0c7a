"""What `manage.py check` says about this installation's providers."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from . import registry


@register(Tags.security)
def check_keys(**_: Any) -> list[CheckMessage]:
    """Credentials cannot be stored without a key."""
    if settings.CREDENTIAL_KEYS:
        return []
    hint = "Set CREDENTIAL_KEYS, or run `manage.py prepare` once."
    return [Warning("No key is set to encrypt the credentials of accounts.", hint=hint, id="providers.W001")]


@register(Tags.security, deploy=True)
def check_private_providers(**_: Any) -> list[CheckMessage]:
    """The rehearsal setting opens private addresses to whoever may edit accounts."""
    if not settings.ALLOW_PRIVATE_PROVIDERS:
        return []
    hint = "Unset ALLOW_PRIVATE_PROVIDERS where real accounts are kept."
    return [Warning("Accounts may point to private addresses.", hint=hint, id="providers.W002")]


@register()
def check_gateways(**_: Any) -> list[CheckMessage]:
    """Every gateway folder keeps the contract."""
    try:
        registry.all_gateways()
    except registry.BrokenGateway as error:
        return [Error(str(error), id="providers.E001")]
    return []
