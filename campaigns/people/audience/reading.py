"""A short list in memory: pasted text or a small file, read at once and mapped by its own look."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext

from campaigns.text.placeholders import usable_name
from providers.contract.words import Words, gettext_noop

from . import formats
from .formats import RawRow, UnreadableList
from .titles import number_column

__all__ = ["Row", "Table", "UnreadableList", "read_file", "read_text"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``row`` counts from 1 as a spreadsheet does, ``values`` stand in the order of the table's columns.

    ``problem`` is set when the row's shape already forbids to use it.
    """

    row: int
    number: str
    values: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    problem: Words | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a list, and its columns besides the number's. ``header`` is the first row where it was one."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    header: tuple[str, ...] = ()


def read_text(text: str, *, header: bool | None = None) -> Table:
    """Pasted text. *header* says whether the first row is one, None decides by its look. Raises UnreadableList."""
    return read_file(text.encode("utf-8", "replace"), header=header)


def read_file(data: bytes, *, header: bool | None = None) -> Table:
    """A file's content, in whatever format. Raises UnreadableList."""
    with tempfile.TemporaryDirectory(prefix="list-") as folder:
        path = Path(folder) / "list"
        path.write_bytes(data)
        found = formats.look(path, path.name)
        rows = list(formats.rows(path, found))
    titled = found.has_header if header is None else header
    titles = tuple(cell.strip() for cell in rows[0][1]) if titled else ()
    width = max((place for place, title in enumerate(titles, 1) if title), default=0)
    width = width or max(len(cells) for _, cells in rows)
    at = (number_column(titles) or 0) if header else found.number_column
    kept = tuple(_row(row, width, at) for row in rows[1 if titled else 0 :])
    if not kept:
        raise UnreadableList(Words(gettext_noop("There are column names, and no row below them.")))
    return Table(tuple(name for place, name in enumerate(_names(titles, width)) if place != at), kept, titles)


def numbered_column(number: int) -> str:
    """The name of a column without a header, in the language of the person who reads it."""
    return gettext("column %(number)s") % {"number": number}


def _row(raw: RawRow, width: int, at: int) -> Row:
    number, cells = raw[0], tuple(cell.strip() for cell in raw[1])
    padded = cells + ("",) * (width - len(cells))
    values = tuple(cell for place, cell in enumerate(padded[:width]) if place != at)
    problem = None
    if any(cells[width:]):
        text = gettext_noop(
            "The row has %(cells)s cells, and there are names for %(columns)s columns. "
            "A value that contains the separator must stand in quotation marks."
        )
        problem = Words(text, {"cells": len(cells), "columns": width})
    return Row(number, padded[at], values, cells, problem)


def _names(titles: Sequence[str], width: int) -> list[str]:
    names: list[str] = []
    for place in range(width):
        title = usable_name(titles[place]) if place < len(titles) else ""
        name = wished = title or numbered_column(place + 1)
        again = 2
        while name in names:
            name, again = f"{wished} {again}", again + 1
        names.append(name)
    return names
