"""Bases for tables: a list page declares columns and nothing about their look."""

from typing import Any

import django_tables2 as tables
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from .templatetags.web import moment, phone, seconds, state_badge

SECONDARY = "hide-s"
"""Class of columns that small screens do without."""


def classes(*names: str) -> dict[str, dict[str, str]]:
    """Attributes that give a column's head and cells the same classes."""
    joined = " ".join(name for name in names if name)
    return {"th": {"class": joined}, "td": {"class": joined}} if joined else {}


class Grid(tables.Table):
    """Every table of the application."""

    class Meta:
        attrs = {"class": "grid"}
        template_name = "generic/table.html"
        empty_text = ""


class TextColumn(tables.Column):
    """A text; ``secondary`` hides it on small screens, ``quiet`` sets it in the muted small type."""

    def __init__(self, *args: Any, secondary: bool = False, quiet: bool = False, **extra: Any) -> None:
        extra.setdefault("attrs", classes(SECONDARY if secondary else "", "sub" if quiet else ""))
        extra.setdefault("default", "")
        super().__init__(*args, **extra)


class NumberColumn(tables.Column):
    """A right-aligned number with digits grouped."""

    def __init__(self, *args: Any, secondary: bool = False, **extra: Any) -> None:
        extra.setdefault("attrs", classes("num", SECONDARY if secondary else ""))
        extra.setdefault("default", "")
        super().__init__(*args, **extra)

    def render(self, value: Any) -> str:
        return number_format(value, force_grouping=True)


class SecondsColumn(NumberColumn):
    def render(self, value: Any) -> str:
        return seconds(value)


class TimeColumn(tables.Column):
    """A time in the viewer's zone; secondary unless told otherwise."""

    def __init__(self, *args: Any, secondary: bool = True, **extra: Any) -> None:
        extra.setdefault("attrs", classes("sub", "nowrap", SECONDARY if secondary else ""))
        extra.setdefault("default", "")
        super().__init__(*args, **extra)

    def render(self, value: Any) -> SafeString | str:
        return moment(value)


class PhoneColumn(tables.Column):
    def __init__(self, *args: Any, **extra: Any) -> None:
        extra.setdefault("attrs", classes("mono"))
        super().__init__(*args, **extra)

    def render(self, value: Any) -> str:
        return phone(value)


class StateColumn(tables.Column):
    """The badge of a field with choices."""

    def render(self, record: Any, bound_column: Any) -> SafeString:
        name = bound_column.accessor
        label = getattr(record, f"get_{name}_display")() if hasattr(record, f"get_{name}_display") else ""
        return state_badge(getattr(record, name), label)


class NameColumn(tables.Column):
    """The row's name as the link to its page, the address *url_name* with the row's ``pk``."""

    def __init__(self, url_name: str, *args: Any, **extra: Any) -> None:
        extra.setdefault("attrs", classes("name"))
        extra.setdefault("linkify", (url_name, {"pk": tables.A("pk")}))
        super().__init__(*args, **extra)


def two_lines(first: Any, second: Any) -> SafeString:
    """A cell of a main line and a quieter one below it."""
    return format_html('{}<div class="sub">{}</div>', first, second) if second else format_html("{}", first)
