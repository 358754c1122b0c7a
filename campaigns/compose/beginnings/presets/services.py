"""Keeping a preset, giving it another name, and beginning a campaign with it."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from campaigns.models import Campaign, Preset
from notifyadmin.web.errors import Refusal
from providers.accounts.models import Account
from providers.contract.words import Words, gettext_noop

from .content import Begun, begun_with, taken_from

TAKEN = Words(gettext_noop("There is a preset of this name. Choose another one, or tick below to replace it."))
NAME_TAKEN = Words(gettext_noop("There is a preset of this name. Choose another one."))
ACCOUNT_NOT_USABLE = gettext_noop(
    "The account “%(account)s” of this preset cannot be used now. Resume it, or begin without the preset."
)


def keep(campaign: Campaign, name: str, user: AbstractBaseUser | None, *, replace: bool = False) -> Preset:
    """Keep what *campaign* says and how under *name*, without its audience.

    Raises Refusal where the name is taken and *replace* does not allow to overwrite.
    """
    with transaction.atomic():
        known = Preset.objects.select_for_update().filter(name=name).first()
        if known is not None and not replace:
            raise Refusal(TAKEN, "name")
        preset = known or Preset(name=name, created_by_id=user.pk if user else None)
        preset.kind, preset.account_id = campaign.kind, campaign.account_id
        preset.values = taken_from(campaign)
        preset.save()
    return preset


def rename(preset: Preset, name: str) -> None:
    """Raises Refusal where another preset has the name."""
    with transaction.atomic():
        if Preset.objects.select_for_update().filter(name=name).exclude(pk=preset.pk).exists():
            raise Refusal(NAME_TAKEN, "name")
        Preset.objects.filter(pk=preset.pk).update(name=name)
    preset.name = name


def begin_with(preset: Preset, user: AbstractBaseUser | None) -> tuple[Campaign, tuple[Words, ...]]:
    """A draft with the preset's content, and in words what of it is no longer there.

    Raises Refusal where the account cannot be used.
    """
    account = preset.account
    if not Account.objects.usable().filter(pk=account.pk).exists():
        raise Refusal(Words(ACCOUNT_NOT_USABLE, {"account": account.name}))
    begun: Begun = begun_with(preset.values, account.pk)
    campaign = Campaign.objects.create(
        name=preset.name,
        kind=preset.kind,
        account=account,
        created_by_id=user.pk if user else None,
        **begun.values,
    )
    return campaign, begun.gone
