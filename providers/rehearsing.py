"""Accounts at the sandbox, set up the way staff would set up accounts at a provider."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from providers import registry
from providers.accounts import pushaddresses
from providers.accounts import services as accounts
from providers.contract.abilities import Ability
from providers.contract.rehearsal import Rehearsal
from providers.models import Account, VoiceFile, VoiceFileCopy
from providers.sandbox.client import SandboxConsole
from providers.sandbox.mounts import rehearsals


def create_sandbox_account(rehearsal: Rehearsal, base: str, credentials: Mapping[str, Any] | None = None) -> Account:
    """An account at the stand-in server *base* (``http://host:port``); *credentials* win over the sandbox's own."""
    gateway = registry.get(rehearsal.slug)
    return accounts.create_account(
        provider=rehearsal.slug,
        name=_("%(provider)s sandbox") % {"provider": gateway.name},
        credentials={"base_url": base + rehearsal.base_path, **rehearsal.credentials, **(credentials or {})},
        settings={},
    )


def sandbox_accounts(base: str) -> list[Account]:
    """One new account per provider that can be rehearsed, in the order of their names."""
    return [create_sandbox_account(rehearsal, base) for _slug, rehearsal in sorted(rehearsals().items())]


def put_file_everywhere(file: VoiceFile) -> None:
    """Record that the sandbox's voice file stands for *file* at every account that plays files."""
    known = rehearsals()
    for account in Account.objects.able_to(Ability.VOICE_FILE):
        file_id = known[account.provider].file_id
        if file_id:
            VoiceFileCopy.objects.get_or_create(voice_file=file, account=account, defaults={"file_id": file_id})


def tell_push_addresses(console: SandboxConsole, accounts_there: list[Account]) -> None:
    """Type every account's push addresses into the sandbox, as staff type them into a provider's console.

    Where the sandbox knows one that still leads to the account it keeps it; else a new one is made.
    """
    for account in accounts_there:
        if account.gateway.doors:
            console.set_push(account.provider, _known_there(console, account) or _new(account))


def _known_there(console: SandboxConsole, account: Account) -> dict[str, str] | None:
    known = next(iter(console.push_addresses(account.provider).values()), "")
    return pushaddresses.told_again(account, known)


def _new(account: Account) -> dict[str, str]:
    return {door.door: door.url for door in pushaddresses.issue(account).doors}
