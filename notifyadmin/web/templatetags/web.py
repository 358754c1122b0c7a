"""Tags and filters that every page uses: states, sentences, numbers and times for reading."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django import template
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from notifyadmin.web import badges, phones, words

register = template.Library()

BAR_UNITS = 1000
SMALLEST = 3
"""Units of the bar that even one in a million gets, so that nothing disappears."""


@register.simple_tag
def state_badge(value: Any, label: Any = "", *, pill: bool = False) -> SafeString:
    """The state as a coloured dot with its label; as a pill beside headings."""
    text = label or getattr(value, "label", None) or str(value).replace("_", " ").capitalize()
    kind = "state pill" if pill else "state"
    return format_html('<span class="{} s-{}">{}</span>', kind, badges.token(value), text)


@register.simple_tag
def states_bar(counts: Iterable[tuple[Any, ...]], *, thin: bool = False) -> SafeString:
    """A bar of the states' shares. *counts* are (token or state, label, number[, address])."""
    shown = [(badges.token(count[0]), str(count[1]), count[2]) for count in counts if count[2]]
    described = ", ".join(f"{label} {number_format(number, force_grouping=True)}" for _, label, number in shown)
    return format_html(
        '<svg class="{}" viewBox="0 0 {} 12" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        "bar thin" if thin else "bar",
        BAR_UNITS,
        described or gettext("Nothing yet"),
        format_html_join(
            "", '<rect class="s-{}" x="{}" width="{}" height="12"><title>{}</title></rect>', _rects(shown)
        ),
    )


def _rects(shown: list[tuple[str, str, int]]) -> list[tuple[str, str, str, str]]:
    total = sum(number for _, _, number in shown)
    widths = [max(SMALLEST, BAR_UNITS * number / total) for _, _, number in shown]
    scale = BAR_UNITS / sum(widths) if widths else 0
    rects, x = [], 0.0
    for (token, label, number), width in zip(shown, widths, strict=True):
        title = f"{label} {number_format(number, force_grouping=True)}"
        rects.append((token, f"{x:.2f}", f"{max(width * scale - 1, 1):.2f}", title))
        x += width * scale
    return rects


@register.simple_tag
def states_legend(counts: Iterable[tuple[Any, ...]]) -> SafeString:
    """The numbers under a bar. With a fourth part, an address, the line is a link."""
    lines = format_html_join("", "{}", ((_legend_line(*count),) for count in counts))
    return format_html('<div class="legend">{}</div>', lines)


def _legend_line(token: Any, label: Any, number: int, url: str = "") -> SafeString:
    badge = state_badge(badges.token(token), label)
    amount = number_format(number, force_grouping=True)
    if url:
        return format_html('<a href="{}">{}<b>{}</b></a>', url, badge, amount)
    return format_html("<div>{}<b>{}</b></div>", badge, amount)


@register.simple_tag(name="words")
def words_tag(text: Any, values: Mapping[str, Any] | None = None) -> str:
    """A stored sentence in the reader's language."""
    return words.in_words(text, values or None)


@register.filter
def in_words(text: Any, values: Mapping[str, Any] | None = None) -> str:
    return words.in_words(text, values or None)


@register.simple_tag
def chip(text: Any, *, miss: bool = False) -> SafeString:
    """A variable inside a text; *miss* marks one that has no value."""
    return format_html('<span class="{}">{}</span>', "chip miss" if miss else "chip", text)


@register.filter
def chipped(text: str, literal: str) -> SafeString:
    """*text* with every occurrence of *literal* (how a variable is written) as a chip."""
    if not literal:
        return format_html("{}", text)
    parts = str(text).split(literal)
    name = chip(literal.strip("【】[]{}#"))
    return mark_safe(name.join(format_html("{}", part) for part in parts))  # noqa: S308 - each part is escaped


@register.filter
def phone(number: Any) -> str:
    return phones.grouped(number)


@register.filter
def seconds(value: Any) -> str:
    """A length: ``14 s``, ``0.51 s``, ``2 min 5 s``; empty for nothing."""
    if value is None or value == "":
        return ""
    length = float(value)
    if 0 < length < 10 and length != int(length):
        return gettext("%(seconds)s s") % {"seconds": number_format(f"{length:.2f}".rstrip("0").rstrip("."))}
    whole = round(length)
    if whole < 60:
        return gettext("%(seconds)s s") % {"seconds": whole}
    return gettext("%(minutes)s min %(seconds)s s") % {"minutes": whole // 60, "seconds": whole % 60}


@register.filter
def long_time(value: float) -> str:
    """A length of hours: ``12 h 30 min``; shorter ones as :func:`seconds`."""
    minutes = round(float(value) / 60)
    if minutes < 60:
        return seconds(value)
    hours = number_format(minutes // 60, force_grouping=True)
    return gettext("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes % 60}


@register.filter
def rate(value: float) -> str:
    """A number per minute: with a decimal only where it is small."""
    return number_format(f"{value:.1f}" if value < 10 else round(value), force_grouping=True)


@register.filter
def clock(value: datetime) -> str:
    """A time that is known to the minute only; with the day, if that is not today."""
    local = timezone.localtime(value)
    same_day = local.date() == timezone.localdate()
    return format_date(local, "H:i") if same_day else format_date(local, pgettext("date format", "j M H:i"))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A time in the viewer's zone, as short as today allows; the whole of it as a tooltip."""
    if not value:
        return ""
    local = timezone.localtime(value)
    zone = timezone.get_current_timezone_name()
    full = f"{format_date(local, 'Y-m-d H:i:s')} {zone}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, _short(local))


def exactly(value: datetime) -> str:
    """A time to the millisecond in the viewer's zone, which is named: for evidence."""
    local = timezone.localtime(value)
    return f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03} {_zone_of(local)}"


def _zone_of(local: datetime) -> str:
    """The zone's name with its distance from UTC, which also tells the two passes of a repeated hour apart."""
    offset = f"{local:%z}"
    return f"{timezone.get_current_timezone_name()} (UTC{offset[:3]}:{offset[3:5]})"


@register.filter
def exact(value: datetime | None) -> SafeString | str:
    """A time to the millisecond in the viewer's zone; the same moment in UTC as a tooltip."""
    if not value:
        return ""
    local, utc = timezone.localtime(value), value.astimezone(UTC)
    shown = f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03}"
    told = f"{utc:%Y-%m-%d %H:%M:%S}.{utc.microsecond // 1000:03} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', utc.isoformat(), told, shown)


def _short(local: datetime) -> str:
    today = timezone.localdate()
    if local.date() == today:
        return format_date(local, "H:i:s")
    if local.year == today.year:
        return format_date(local, pgettext("date format", "j M H:i"))
    return format_date(local, pgettext("date format", "j M Y H:i"))
