"""The table of presets."""

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.models import Preset
from notifyadmin.web.tables import Grid, TextColumn, TimeColumn, classes, two_lines


class PresetTable(Grid):
    name = tables.Column(verbose_name=_("Preset"), attrs=classes("name"))
    text = TextColumn(verbose_name=_("Text"), accessor="values__text", secondary=True, quiet=True, orderable=False)
    updated_at = TimeColumn(verbose_name=_("Kept"))
    buttons = tables.Column(verbose_name="", empty_values=(), orderable=False, attrs=classes("num"))

    class Meta(Grid.Meta):
        model = Preset
        fields = ("name", "text", "updated_at", "buttons")
        order_by = ("name",)

    def render_name(self, record: Preset) -> SafeString:
        return two_lines(format_html("<b>{}</b>", record.name), f"{record.get_kind_display()} · {record.account.name}")

    def render_text(self, value: str) -> str:
        return value if len(value) <= 80 else f"{value[:80]}…"

    def render_buttons(self, record: Preset) -> str:
        return render_to_string(
            "campaigns/compose/beginnings/presets/_buttons.html", {"preset": record}, request=self.request
        )
