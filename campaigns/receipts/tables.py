"""The tables of receipts that belong to nobody we know, and of those that contradict each other."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.models import Receipt
from campaigns.models.statuses import RecipientState
from notifyadmin.web.tables import SECONDARY, Grid, NumberColumn, PhoneColumn, TextColumn, TimeColumn
from notifyadmin.web.templatetags.web import phone, state_badge
from notifyadmin.web.words import in_words

_MONO = {"td": {"class": "mono"}}
_SECOND_MONO = {"th": {"class": SECONDARY}, "td": {"class": f"mono {SECONDARY}"}}


class UnmatchedTable(Grid):
    received_at = TimeColumn(verbose_name=_("Received"), secondary=False)
    account = TextColumn(verbose_name=_("Account"), secondary=True)
    number: tables.Column = PhoneColumn(verbose_name=_("Number"), default="", attrs=_MONO)
    verdict = tables.Column(verbose_name=_("Says"))
    provider_id = tables.Column(verbose_name=_("Provider's id"), attrs=_SECOND_MONO, default="")
    reference = tables.Column(verbose_name=_("Reference"), attrs=_SECOND_MONO, default="")
    times = NumberColumn(verbose_name=_("Times"), secondary=True)

    class Meta(Grid.Meta):
        model = Receipt
        fields: tuple[str, ...] = ("received_at", "account", "number", "verdict", "provider_id", "reference", "times")
        order_by = ("-received_at",)

    def render_verdict(self, record: Receipt) -> SafeString:
        state = RecipientState(record.verdict)
        said = " ".join(part for part in (in_words(record.reason), record.code, record.raw) if part)
        return format_html('{}<div class="sub">{}</div>', state_badge(state, state.label), said)


class ContradictingTable(UnmatchedTable):
    number = tables.Column(verbose_name=_("Recipient"), empty_values=(), orderable=False)

    class Meta(UnmatchedTable.Meta):
        fields = ("received_at", "account", "number", "verdict", "provider_id", "times")
        exclude = ("reference",)

    def render_number(self, record: Receipt) -> SafeString:
        person = record.recipient
        if person is None:
            return format_html("{}", phone(record.number))
        address = reverse("campaigns:recipient", args=[person.campaign_id, person.position])
        return format_html(
            '<a href="{}">{}</a><div class="sub">{}</div>', address, phone(person.number), person.campaign
        )
