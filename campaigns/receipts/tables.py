"""The table of receipts that belong to nobody we know."""

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.models import Receipt
from campaigns.statuses import RecipientState
from notifyadmin.web.tables import SECONDARY, Grid, NumberColumn, PhoneColumn, TextColumn, TimeColumn
from notifyadmin.web.templatetags.web import state_badge
from notifyadmin.web.words import in_words

_MONO = {"td": {"class": "mono"}}
_SECOND_MONO = {"th": {"class": SECONDARY}, "td": {"class": f"mono {SECONDARY}"}}


class UnmatchedTable(Grid):
    received_at = TimeColumn(verbose_name=_("Received"), secondary=False)
    account = TextColumn(verbose_name=_("Account"), secondary=True)
    number = PhoneColumn(verbose_name=_("Number"), default="", attrs=_MONO)
    verdict = tables.Column(verbose_name=_("Says"))
    provider_id = tables.Column(verbose_name=_("Provider's id"), attrs=_SECOND_MONO, default="")
    reference = tables.Column(verbose_name=_("Reference"), attrs=_SECOND_MONO, default="")
    times = NumberColumn(verbose_name=_("Times"), secondary=True)

    class Meta(Grid.Meta):
        model = Receipt
        fields = ("received_at", "account", "number", "verdict", "provider_id", "reference", "times")
        order_by = ("-received_at",)

    def render_verdict(self, record: Receipt) -> SafeString:
        state = RecipientState(record.verdict)
        said = " ".join(part for part in (in_words(record.reason), record.code, record.raw) if part)
        return format_html('{}<div class="sub">{}</div>', state_badge(state, state.label), said)
