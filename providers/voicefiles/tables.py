"""The table of voice files."""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifyadmin.web.tables import Grid, NameColumn, NumberColumn, SecondsColumn, TextColumn, TimeColumn

from .models import VoiceFile


class VoiceFileTable(Grid):
    name = NameColumn("providers:voicefiles:detail", verbose_name=gettext_lazy("Voice file"))
    copies = TextColumn(empty_values=(), orderable=False, verbose_name=gettext_lazy("At the accounts"))
    seconds = SecondsColumn(verbose_name=gettext_lazy("Length"))
    used = NumberColumn(verbose_name=gettext_lazy("Campaigns"), secondary=True)
    created_at = TimeColumn(verbose_name=gettext_lazy("Added"))

    class Meta(Grid.Meta):
        model = VoiceFile
        fields = ("name", "copies", "seconds", "used", "created_at")

    def render_copies(self, record: VoiceFile) -> SafeString:
        lines = ((copy.account.name, copy.file_id) for copy in record.copies.all())
        shown = format_html_join("", '<div>{} <span class="mono wrap sub">{}</span></div>', lines)
        return shown or format_html('<span class="sub">{}</span>', _("Nowhere yet"))
