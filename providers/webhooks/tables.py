"""The table of pushes."""

from typing import Any
from unicodedata import category

import django_tables2 as tables
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.tables import Grid, StateColumn, TextColumn, classes
from notifyadmin.web.templatetags.web import moment
from notifyadmin.web.words import in_words

from .models import InboundPush

DUMPED_BYTES = 2048
DUMP_WIDTH = 16


def as_text(body: Any) -> str:
    """Bytes as text for people, whatever they are: what a screen would obey instead of showing is made visible."""
    return "".join(map(_visible, bytes(body or b"").decode("utf-8", "replace")))


def in_bytes(body: bytes) -> str:
    """The beginning of *body* byte for byte where it is not all text, else nothing."""
    try:
        if all(_visible(sign) == sign for sign in body.decode()):
            return ""
    except UnicodeDecodeError:
        pass
    return "\n".join(_dumped(body, place) for place in range(0, min(len(body), DUMPED_BYTES), DUMP_WIDTH))


def _visible(sign: str) -> str:
    is_shown = sign in "\n\r\t" or category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    return sign if is_shown else "�"


def _dumped(body: bytes, place: int) -> str:
    part = body[place : place + DUMP_WIDTH]
    signs = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
    return f"{place:06x}  {part.hex(' '):<{3 * DUMP_WIDTH}} {signs}"


class PushTable(Grid):
    received_at = tables.Column(
        verbose_name=_("Received"),
        linkify=("providers:pushes:detail", {"pk": tables.A("pk")}),
        attrs=classes("name", "nowrap"),
        orderable=False,
    )
    account = TextColumn(verbose_name=_("Account"), orderable=False)
    door = TextColumn(verbose_name=_("Door"), secondary=True, orderable=False)
    state = StateColumn(verbose_name=_("State"), orderable=False)
    size = TextColumn(verbose_name=_("Size"), attrs=classes("num", "hide-s"), orderable=False)
    head = TextColumn(verbose_name=_("Begins with"), attrs=classes("hide-s", "one-line"), orderable=False)

    class Meta(Grid.Meta):
        model = InboundPush
        fields = ("received_at", "account", "door", "state", "size", "head")
        template_name = "generic/uncounted.html"

    def render_received_at(self, value: Any) -> SafeString | str:
        return moment(value)

    def render_door(self, record: InboundPush) -> str:
        return in_words(record.door_label)

    def render_size(self, value: int) -> str:
        return filesizeformat(value)

    def render_head(self, value: Any, record: InboundPush) -> SafeString:
        lines = as_text(value).strip().splitlines()
        shown = format_html('<span class="mono">{}</span>', lines[0][:120] if lines else "")
        problem = format_html('<div class="sub bad">{}</div>', in_words(record.problem)) if record.problem else ""
        return format_html("{}{}", shown, problem)
