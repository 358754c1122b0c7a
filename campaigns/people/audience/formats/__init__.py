"""Lists as people have them, whatever wrote them: a look at the head of a file, and its rows as a stream.

What a file is, its content says: names lie. Another format is another module with a ``look`` and ``rows``.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from . import guessing, kinds, limits, ods, text, xls, xlsx
from .found import At, Found, RawRow, UnreadableList

_WORKBOOKS: dict[str, Any] = {kinds.XLSX: xlsx, kinds.XLS: xls, kinds.ODS: ods}

__all__ = ["At", "Found", "RawRow", "UnreadableList", "look", "rows"]


def look(path: Path, name: str, *, sheet: str = "", encoding: str = "", delimiter: str = "") -> Found:
    """What is in the list at *path*, which people call *name*, as its first rows show it.

    *sheet*, *encoding* and *delimiter* may say what else would be recognised. Raises UnreadableList.
    """
    limits.refuse_size(path)
    kind = kinds.kind_of(path)
    candidates = [_text(path, encoding, delimiter)] if kind == kinds.TEXT else _sheets(path, kind, sheet)
    for found in candidates:
        head = list(islice(rows(path, found), guessing.HEAD_ROWS))
        if head:
            return _with_guesses(found, head)
    raise UnreadableList(limits.EMPTY)


def rows(path: Path, found: Found, *, at: At | None = None) -> Iterator[RawRow]:
    """The rows of *found* with something in them, header and all, as a stream. Raises UnreadableList on the way."""
    workbook = _WORKBOOKS.get(found.format)
    if workbook:
        yield from limits.within(limits.unfolded(workbook.rows(path, found.sheet, at)))
    else:
        yield from limits.within(text.rows(path, found.encoding, found.delimiter, at))


def _text(path: Path, encoding: str, delimiter: str) -> Found:
    encoding, delimiter = text.look(path, encoding, delimiter)
    kind = "tsv" if delimiter == "\t" else "csv" if delimiter else "txt"
    return Found(kind, encoding, delimiter)


def _sheets(path: Path, kind: str, wanted: str) -> list[Found]:
    """The sheets one after the other; the first with something in it counts, unless one is *wanted*."""
    names = _WORKBOOKS[kind].sheets(path)
    return [Found(kind, sheets=names, sheet=name) for name in names if name == wanted or wanted not in names]


def _with_guesses(found: Found, head: list[RawRow]) -> Found:
    titled, width = guessing.has_header(head), guessing.width_of(head)
    return Found(
        format=found.format,
        encoding=found.encoding,
        delimiter=found.delimiter,
        sheets=found.sheets,
        sheet=found.sheet,
        has_header=titled,
        titles=_cut(head[0][1][:width]),
        number_column=guessing.number_column(head, titled=titled),
        width=width,
        sample=tuple(_cut(cells[:width]) for _, cells in head[: guessing.SAMPLE_ROWS]),
        samples=guessing.samples(head, titled=titled, width=width),
        shape=guessing.shape_of(head, titled=titled, width=width),
    )


def _cut(cells: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(guessing.shown(cell) for cell in cells)
