"""The table of accounts."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifyadmin.web.tables import Grid, NameColumn, StateColumn, TextColumn, classes, two_lines
from notifyadmin.web.templatetags.web import moment, state_badge
from providers import registry

from .labels import kinds
from .models import Account


def provider_name(account: Account) -> str:
    """The provider as people call it; the bare word when its gateway is not installed any more."""
    try:
        return account.gateway.name
    except registry.UnknownGateway:
        return account.provider


def check_badge(account: Account) -> SafeString:
    """What the last test of the connection said."""
    if account.check_passed is None:
        return state_badge("pending", _("Not tested yet"))
    label = _("Connected") if account.check_passed else _("Failed")
    return state_badge("delivered" if account.check_passed else "rejected", label)


class AccountTable(Grid):
    name = NameColumn("providers:accounts:detail", verbose_name=gettext_lazy("Account"))
    abilities = TextColumn(
        empty_values=(), orderable=False, verbose_name=gettext_lazy("Able to send"), attrs=classes("hide-s")
    )
    state = StateColumn(verbose_name=gettext_lazy("State"))
    checked_at = TextColumn(empty_values=(), verbose_name=gettext_lazy("Connection"), attrs=classes("hide-s"))
    balance_amount = TextColumn(verbose_name=gettext_lazy("Balance"), attrs=classes("num"), empty_values=())

    class Meta(Grid.Meta):
        model = Account
        fields = ("name", "abilities", "state", "checked_at", "balance_amount")

    def render_name(self, value: str, record: Account) -> SafeString:
        return two_lines(value, provider_name(record))

    def render_abilities(self, record: Account) -> SafeString | str:
        try:
            labels = kinds(record.gateway)
        except registry.UnknownGateway:
            return ""
        tags = format_html_join("", '<li class="tag">{}</li>', ((label,) for label in labels))
        return format_html('<ul class="chips">{}</ul>', tags)

    def render_checked_at(self, record: Account) -> SafeString:
        return two_lines(check_badge(record), moment(record.checked_at))

    def render_balance_amount(self, record: Account) -> SafeString | str:
        if record.balance_amount is None:
            return format_html('<span class="sub">{}</span>', _("Not read yet"))
        return two_lines(record.balance_display, moment(record.balance_read_at))
