"""The table of voice files."""

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifyadmin.web.tables import (
    SECONDARY,
    Grid,
    NumberColumn,
    SecondsColumn,
    TextColumn,
    TimeColumn,
    classes,
    two_lines,
)
from notifyadmin.web.templatetags.web import moment, state_badge

from . import keeping
from .copying import COLOURS
from .models import CopyState, VoiceFile


def kilohertz(rate: int | None) -> str:
    """A sample rate for reading: ``44.1 kHz``."""
    return _("%(rate)s kHz") % {"rate": number_format(f"{rate / 1000:.4g}")} if rate else ""


class VoiceFileTable(Grid):
    play = TextColumn(empty_values=(), orderable=False, verbose_name="", attrs=classes("play"))
    name = TextColumn(verbose_name=gettext_lazy("Voice file"), attrs=classes("name"))
    seconds = SecondsColumn(secondary=True, verbose_name=gettext_lazy("Length"))
    size = TextColumn(verbose_name=gettext_lazy("File"), empty_values=(), attrs=classes("nowrap", SECONDARY))
    copies = TextColumn(
        empty_values=(), orderable=False, verbose_name=gettext_lazy("At the accounts"), attrs=classes("copies")
    )
    used = NumberColumn(verbose_name=gettext_lazy("Campaigns"), secondary=True)
    created_at = TimeColumn(verbose_name=gettext_lazy("Added"))

    class Meta(Grid.Meta):
        model = VoiceFile
        fields = ("play", "name", "seconds", "size", "copies", "used", "created_at")

    def render_play(self, record: VoiceFile) -> SafeString | str:
        """A button for the player of the page; without scripts a link to the sound."""
        if not record.file:
            return ""
        if not keeping.exists(record):
            return format_html('<span class="sub bad">{}</span>', _("Missing"))
        return format_html(
            '<a class="icon-button" data-play data-name="{}" href="{}" title="{}" aria-label="{}">'
            '<svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">'
            '<path class="go" d="M4 2.5v11l9.5-5.5z" fill="currentColor"/>'
            '<path class="stay" d="M3.5 2.5h3v11h-3zm6 0h3v11h-3z" fill="currentColor"/></svg></a>',
            record.name,
            reverse("providers:voicefiles:sound", args=[record.pk]),
            _("Play"),
            _("Play %(name)s") % {"name": record.name},
        )

    def render_name(self, record: VoiceFile) -> SafeString:
        tags = format_html_join(" ", '<span class="tag">{}</span>', ((tag.name,) for tag in record.tags.all()))
        return format_html(
            '<a href="{}">{}</a> {}{}',
            reverse("providers:voicefiles:detail", args=[record.pk]),
            record.name,
            tags,
            format_html('<div class="sub one-line">{}</div>', record.description) if record.description else "",
        )

    def render_size(self, record: VoiceFile) -> SafeString:
        rate = kilohertz(record.sample_rate)
        first = " · ".join(filter(None, [record.format.upper(), rate]))
        return two_lines(first, filesizeformat(record.size) if record.size else "")

    def render_copies(self, record: VoiceFile) -> SafeString:
        """A badge per account; the file id, which nobody can read, as its tooltip."""
        lines = (
            (copy.file_id, state_badge(COLOURS[CopyState(copy.state)], copy.account.name), copy.get_state_display())
            for copy in record.copies.all()
        )
        shown = format_html_join("", '<div title="{}">{} <span class="sub">{}</span></div>', lines)
        return shown or format_html('<span class="sub">{}</span>', _("Nowhere yet"))

    def render_created_at(self, record: VoiceFile) -> SafeString:
        return two_lines(moment(record.created_at), record.created_by.get_username() if record.created_by else "")
