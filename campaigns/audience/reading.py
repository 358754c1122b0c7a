"""Lists as people have them, read into rows: pasted text and CSV files.

Another format is another function that returns a :class:`Table`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from campaigns.compose.placeholders import usable_name
from providers.contract.words import Words, gettext_noop

from . import delimited

MAX_ROWS = 200_000
MAX_BYTES = 20 * 1024 * 1024
MAX_COLUMNS = 100

_NUMBER_NAMES = """
    number phone phonenumber phoneno mobile mobilenumber mobilephone mobileno tel telephone telephonenumber cell
    cellphone msisdn callee 手机 手机号 手机号码 移动电话 电话 电话号码 联系电话 联系手机 号码 被叫号码
    手機 手機號 手機號碼 行動電話 電話 電話號碼 聯絡電話 號碼
"""
NUMBER_NAMES = frozenset(_NUMBER_NAMES.split())
"""Headers of the number's column, without blanks, dots, dashes and capitals."""

_NUMBER_PARTS = ("手机", "电话", "手機", "電話", "phone", "mobile")


class UnreadableList(ValueError):
    """The list as a whole cannot be read; ``words`` say why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


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


def read_file(data: bytes, *, header: bool | None = None) -> Table:
    """A CSV file. *header* says whether the first row is one, None decides by its look. Raises UnreadableList."""
    if len(data) > MAX_BYTES:
        text = gettext_noop("The file has %(size)s MB; at most %(limit)s MB are read. Split it into several files.")
        raise UnreadableList(Words(text, {"size": len(data) // 1024**2, "limit": MAX_BYTES // 1024**2}))
    return read_text(_decoded(data), header=header)


def read_text(text: str, *, header: bool | None = None) -> Table:
    """Pasted text, or the text of a CSV file. Raises UnreadableList when there is nothing in it or too much."""
    records = [
        (number, tuple(cell.strip() for cell in cells))
        for number, cells in enumerate(delimited.records(text.removeprefix("\ufeff")), 1)
    ]
    return table(((number, cells) for number, cells in records if any(cells)), header=header)


def table(records: Iterable[tuple[int, Sequence[str]]], *, header: bool | None = None) -> Table:
    """Rows of cells (with their row numbers) as a table. Raises UnreadableList."""
    kept = list(records)
    _refuse_size(kept)
    first = tuple(kept[0][1])
    titled = _is_header(first, len(kept)) if header is None else header
    titles = first if titled else ()
    width = max((place for place, title in enumerate(titles, 1) if title), default=0)
    width = width or max(len(cells) for _, cells in kept)
    _refuse_width(width)
    at = number_column(titles)
    names = _column_names(titles, width)
    columns = tuple(name for place, name in enumerate(names) if place != at)
    rows = tuple(_row(number, tuple(cells), width, at) for number, cells in kept[1 if titled else 0 :])
    if not rows:
        raise UnreadableList(Words(gettext_noop("There are column names, and no row below them.")))
    return Table(columns, rows, titles)


def number_column(titles: Sequence[str]) -> int:
    """The place of the column that holds the numbers: named so, or else the first."""
    plain = [_plain_title(title) for title in titles]
    for place, title in enumerate(plain):
        if title in NUMBER_NAMES:
            return place
    for place, title in enumerate(plain):
        if any(part in title for part in _NUMBER_PARTS):
            return place
    return 0


def numbered_column(number: int) -> str:
    """The name of a column without a header, in the language of the person who reads it."""
    return gettext("column %(number)s") % {"number": number}


def _row(number: int, cells: tuple[str, ...], width: int, at: int) -> Row:
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


def _is_header(cells: Sequence[str], count: int) -> bool:
    if any(_plain_title(cell) in NUMBER_NAMES for cell in cells):
        return True
    return count > 1 and bool(cells[0]) and not any(character.isdigit() for character in cells[0])


def _column_names(titles: Sequence[str], width: int) -> list[str]:
    names: list[str] = []
    for place in range(width):
        title = usable_name(titles[place]) if place < len(titles) else ""
        name = wished = title or numbered_column(place + 1)
        again = 2
        while name in names:
            name, again = f"{wished} {again}", again + 1
        names.append(name)
    return names


def _plain_title(title: str) -> str:
    return re.sub(r"[\s._\-:：*()（）]+", "", title).casefold()


def _refuse_size(kept: Sequence[object]) -> None:
    if not kept:
        raise UnreadableList(Words(gettext_noop("The list is empty.")))
    if len(kept) > MAX_ROWS + 1:
        text = gettext_noop("The list has %(rows)s rows; at most %(limit)s are read at a time. Split it.")
        raise UnreadableList(Words(text, {"rows": len(kept), "limit": MAX_ROWS}))


def _refuse_width(width: int) -> None:
    if width > MAX_COLUMNS:
        text = gettext_noop("The list has %(columns)s columns; at most %(limit)s are read.")
        raise UnreadableList(Words(text, {"columns": width, "limit": MAX_COLUMNS}))


def _decoded(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        text = gettext_noop("This is a workbook, not a CSV file. Save it as “CSV UTF-8” and upload that file.")
        raise UnreadableList(Words(text))
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableList(Words(gettext_noop("The file is not text in UTF-8 or GB18030. Save it as “CSV UTF-8”.")))


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    return () if b"\0" in data[:4096] else ("utf-8-sig", "gb18030")
