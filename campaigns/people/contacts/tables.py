"""The table of contact lists."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import ContactList
from notifyadmin.web.tables import Grid, NameColumn, NumberColumn, TextColumn, TimeColumn


class ContactListTable(Grid):
    name = NameColumn("campaigns:contacts:detail", verbose_name=_("Contact list"))
    total = NumberColumn(verbose_name=_("Contacts"))
    columns_named = TextColumn(
        verbose_name=_("Columns"), accessor="columns", secondary=True, quiet=True, orderable=False
    )
    note = TextColumn(verbose_name=_("Note"), secondary=True, quiet=True, orderable=False)
    updated_at = TimeColumn(verbose_name=_("Changed"))

    class Meta(Grid.Meta):
        model = ContactList
        fields = ("name", "total", "columns_named", "note", "updated_at")
        order_by = ("name",)

    def render_name(self, record: ContactList) -> SafeString | str:
        if record.archived_at is None:
            return record.name
        return format_html('{} <span class="tag">{}</span>', record.name, gettext("archived"))

    def render_columns_named(self, record: ContactList) -> str:
        return ", ".join(record.columns)

    def render_note(self, value: str) -> str:
        return value if len(value) <= 120 else f"{value[:117]}…"
