"""Excel workbooks as a stream of rows.

A sheet's XML is cut at the ends of its rows, and the cells of a row are found by one expression for how programs really
write them; a row that is written otherwise goes through an XML parser. Memory holds the shared texts and one block.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from django.conf import settings

from .archive import opened, part
from .cells import date_text, number_text
from .found import At, RawRow, UnreadableList
from .kinds import BROKEN
from .sharedtexts import SharedTexts
from .xmlblocks import pieces

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="(\w+)")?(?: ?/>|>'
    r"(?:<f(?: [^<>]*)?>[^<]*</f>|<f(?: [^<>]*)?/>)?"
    r'(?:<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>|<v ?/>|<is><t ?/></is>)?</c>)'
)
_ROW = re.compile(r'<row\b[^>]*?\sr="(\d+)"')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_DIGITS = 8
"""Of a row's number: Excel has seven. What is longer is no number of a row, and no database would take it."""

_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_LONGEST_CODE = 255
"""Letters of a format, as Excel limits them."""

Cell = tuple[str, str, str, str, str]
"""Column, style, type, value and text of a cell, as they are written."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a workbook's parts say about its sheets: visible ones first, and where each one is."""

    sheets: dict[str, str]
    texts: str
    date_styles: frozenset[str]
    since_1904: bool


def sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets, visible ones first. Raises UnreadableList."""
    with opened(path) as archive:
        return tuple(_book(archive).sheets)


def rows(path: Path, sheet: str, at: At | None = None) -> Iterator[RawRow]:
    """The rows of *sheet* with something in them. Raises UnreadableList."""
    with opened(path) as archive:
        book = _book(archive)
        if sheet not in book.sheets:
            raise UnreadableList(BROKEN)
        texts = SharedTexts()
        if book.texts in archive.namelist():
            with archive.open(book.texts) as file:
                texts.read(file, _plain)
        name = book.sheets[sheet]
        share = path.stat().st_size / max(archive.getinfo(name).file_size, 1)
        with archive.open(name) as file:
            yield from _rows(file, _Reader(book, texts), at, share)


def _rows(file: IO[bytes], reader: "_Reader", at: At | None, share: float) -> Iterator[RawRow]:
    number, position = 0, 0
    for text, read in pieces(file, "row"):
        start = text.rfind("<row")
        if start < 0:
            continue
        told = _ROW.match(text, start)
        number = _next(number, told.group(1) if told else "", text.count("<row"))
        cells = reader.cells(text, start)
        if "".join(cells).strip():
            yield number, cells
        if at is not None and read != position:
            position = read
            at(int(read * share))


def _next(number: int, told: str, rows: int) -> int:
    """The number of a row that is *rows* behind *number*. What it says of itself counts only where it goes forward:
    reading goes on behind the last number, and whoever stood before it would be lost or read twice.
    """
    said = int(told) if 0 < len(told) <= _MOST_DIGITS else 0
    return said if said > number else number + rows


class _Reader:
    """Reads rows into cells with the texts and styles of one workbook."""

    def __init__(self, book: Book, texts: SharedTexts) -> None:
        self._texts, self._dates, self._since_1904 = texts, book.date_styles, book.since_1904
        self._places: dict[str, int] = {}
        # One column more than is allowed, so that a row is refused if there is something in what is too much.
        self._most: int = settings.LIST_MAX_COLUMNS

    def cells(self, text: str, start: int) -> tuple[str, ...]:
        """The cells of the row that begins at *start*."""
        found: list[Cell] = _CELL.findall(text, start)
        if len(found) != text.count("<c ", start) + text.count("<c>", start) or "<!" in text:
            found = _parsed(text[start:])
        row: list[str] = []
        places, text_of = self._places, self._text
        for column, style, kind, value, inline in found:
            written = text_of(style, kind, value, inline)
            # Most cells stand beside the one before them, in a column that was seen before.
            if places.get(column) == len(row):
                row.append(written)
            else:
                self._put(row, self._place(column, len(row)), written)
        return tuple(row)

    def _put(self, row: list[str], place: int, written: str) -> None:
        beyond = place - len(row)
        if beyond > 0:
            row.extend([""] * beyond)
        if beyond >= 0:
            row.append(written)
        else:
            row[place] = written or row[place]

    def _place(self, column: str, following: int) -> int:
        if not column:
            return min(following, self._most)
        place = self._places.get(column)
        if place is None:
            place = 0
            for letter in column:
                place = place * 26 + ord(letter) - 64
            place = self._places[column] = min(place - 1, self._most)
        return place

    def _text(self, style: str, kind: str, value: str, inline: str) -> str:
        if kind == "s":
            return self._texts[int(value)] if value.isdigit() else ""
        if kind in ("", "n"):
            if style in self._dates and value:
                return date_text(value, since_1904=self._since_1904)
            return number_text(value)
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        return _plain(inline or value)


def _parsed(text: str) -> list[Cell]:
    """The cells of one row by an XML parser, for rows that are written in an unusual way."""
    found: list[Cell] = []
    cell: dict[str, str] = {}
    within: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        within.append(name)
        if name == "c":
            cell.clear()
            cell.update(attributes, value="", inline="")

    def end(name: str) -> None:
        within.pop()
        if name == "c":
            column = re.match("[A-Z]*", cell.get("r", ""))
            place = column.group() if column else ""
            # The parser has resolved what is escaped; the caller will once more.
            value, inline = (cell[key].replace("&", "&amp;") for key in ("value", "inline"))
            found.append((place, cell.get("s", ""), cell.get("t", ""), value, inline))

    def characters(data: str) -> None:
        if within[-1] == "v":
            cell["value"] += data
        elif within[-1] == "t" and "rPh" not in within:
            cell["inline"] += data

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    try:
        parser.Parse(f"<rows>{text}</row></rows>", True)
    except expat.ExpatError as error:
        raise UnreadableList(BROKEN) from error
    return found


def _plain(text: str) -> str:
    if "&" in text:
        text = unescape(text)
    return _ESCAPED.sub(lambda sign: chr(int(sign.group(1), 16)), text) if "_x" in text else text


def _book(archive: ZipFile) -> Book:
    place = next((name for name in archive.namelist() if name.endswith("workbook.xml")), "xl/workbook.xml")
    folder = posixpath.dirname(place)
    relations = part(archive, f"{folder}/_rels/{posixpath.basename(place)}.rels")
    targets = {item.get("Id", ""): _path(folder, item.get("Target", "")) for item in relations}
    kinds = {item.get("Type", "").rpartition("/")[2]: targets[item.get("Id", "")] for item in relations}
    workbook = part(archive, place)
    listed = sorted(
        workbook.findall(".//{*}sheets/{*}sheet"), key=lambda sheet: sheet.get("state", "visible") != "visible"
    )
    found = {
        sheet.get("name", ""): targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION) or "", "")
        for sheet in listed
    }
    known = set(archive.namelist())
    properties = workbook.find(".//{*}workbookPr")
    since_1904 = properties is not None and properties.get("date1904", "0") in ("1", "true")
    return Book(
        {name: target for name, target in found.items() if target in known and "worksheets" in target},
        kinds.get("sharedStrings", ""),
        _date_styles(archive, kinds.get("styles", "")),
        since_1904,
    )


def _path(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _date_styles(archive: ZipFile, name: str) -> frozenset[str]:
    """The numbers of the styles under which a number is shown as a date or a time."""
    if name not in archive.namelist():
        return frozenset()
    styles = part(archive, name)
    own = {
        item.get("numFmtId", ""): _is_date(item.get("formatCode", ""))
        for item in styles.findall(".//{*}numFmts/{*}numFmt")
    }
    used = [item.get("numFmtId", "0") for item in styles.findall(".//{*}cellXfs/{*}xf")]
    return frozenset(
        str(place) for place, number in enumerate(used) if own.get(number, number.isdigit() and int(number) in _DATES)
    )


def _is_date(code: str) -> bool:
    plain = _QUOTED.sub("", code[:_LONGEST_CODE].partition(";")[0]).casefold()
    return any(letter in plain for letter in "ymdhs年月日") and "general" not in plain
