"""The table of suppressed numbers."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from campaigns.models import Suppression
from notifyadmin.web.tables import SECONDARY, Grid, TextColumn, TimeColumn, classes
from notifyadmin.web.templatetags.web import phone

from .forms import FORBIDDEN, what_of


class SuppressionTable(Grid):
    number = tables.Column(verbose_name=_("Number"), attrs=classes("mono", "name"))
    what = tables.Column(verbose_name=_("Forbidden"), empty_values=(), orderable=False)
    reason = tables.Column(verbose_name=_("Reason"))
    source = tables.Column(verbose_name=_("Source"), attrs=classes(SECONDARY))
    note = TextColumn(verbose_name=_("Note"), secondary=True, quiet=True, orderable=False)
    created_at = TimeColumn(verbose_name=_("Since"), order_by="pk")

    class Meta(Grid.Meta):
        model = Suppression
        fields = ("number", "what", "reason", "source", "note", "created_at")
        order_by = ("-created_at",)

    def render_number(self, record: Suppression) -> SafeString | str:
        if not self.request.user.has_perm("campaigns.change_suppression"):
            return phone(record.number)
        address = reverse("campaigns:suppression:edit", args=[record.pk])
        return format_html('<a href="{}">{}</a>', address, phone(record.number))

    def render_what(self, record: Suppression) -> str:
        return str(dict(FORBIDDEN)[what_of(record)])

    def render_source(self, record: Suppression) -> SafeString | str:
        if record.created_by is None:
            return record.get_source_display()
        who = record.created_by.get_username()
        return format_html('{}<div class="sub">{}</div>', record.get_source_display(), who)
