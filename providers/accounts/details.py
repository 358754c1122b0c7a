"""What the page of an account tells about it."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from notifyadmin.web.words import in_words
from providers import registry
from providers.accounts import pushaddresses
from providers.accounts.prices.listing import listed
from providers.contract.fields import Field, FieldKind

from . import labels, limits
from .formfields import ending
from .models import Account


def about(account: Account) -> dict[str, Any]:
    """Context of the page; little of it when the gateway is not installed any more."""
    try:
        gateway = account.gateway
    except registry.UnknownGateway:
        return {"is_orphan": True, "limits": limits.shown(account)}
    return {
        "gateway": gateway,
        "kinds": labels.kinds(gateway),
        "services": labels.services(gateway),
        "credentials": [(in_words(field.label), _shown(field, account)) for field in gateway.credentials],
        "settings": [(in_words(field.label), _setting(field, account)) for field in gateway.settings],
        "prices": listed(account),
        "limits": limits.shown(account),
        "learned": limits.learned(account),
        "addresses": list(pushaddresses.open_of(account)),
        "has_doors": bool(gateway.doors),
    }


def _shown(field: Field, account: Account) -> str:
    value = account.credentials.get(field.name)
    if value in (None, ""):
        return _("not set")
    if field.kind is not FieldKind.SECRET:
        return str(value)
    shown = ending(str(value))
    return _("stored, ends in …%(ending)s") % {"ending": shown} if shown else _("stored")


def _setting(field: Field, account: Account) -> str:
    value = account.settings.get(field.name, field.default)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value in (None, ""):
        return _("not set")
    if isinstance(value, int | float):
        return f"{number_format(f'{value:g}')} {in_words(field.unit)}".strip()
    chosen = dict(field.choices).get(str(value), str(value))
    return f"{in_words(chosen)} {in_words(field.unit)}".strip()
