"""OpenDocument spreadsheets as a stream of rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from django.conf import settings

from .archive import opened, part
from .cells import number_text
from .delimited import LONGEST_LINE, TOO_LONG
from .found import At, RawRow, UnreadableList
from .kinds import BROKEN, ENCRYPTED

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_BLOCK = 64 * 1024
_CELLS = ("table:table-cell", "table:covered-table-cell")
_LAST_ROW = 1 << 24
"""The most rows that any program for such sheets has."""

_NUMBERS = ("float", "currency", "percentage")


def sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets. Raises UnreadableList."""
    with opened(path) as archive:
        _refuse_encrypted(archive)
        with archive.open(_CONTENT) as file:
            reader = _Reader("")
            for _ in _read(file, reader):
                reader.rows.clear()
    return tuple(reader.names)


def rows(path: Path, sheet: str, at: At | None = None) -> Iterator[RawRow]:
    """The rows of *sheet* with something in them. Raises UnreadableList."""
    with opened(path) as archive:
        share = path.stat().st_size / max(archive.getinfo(_CONTENT).file_size, 1)
        with archive.open(_CONTENT) as file:
            reader = _Reader(sheet)
            for read in _read(file, reader):
                for number, times, cells in reader.rows:
                    for again in range(times):
                        yield number + again, cells
                reader.rows.clear()
                if at is not None:
                    at(int(read * share))
                if reader.is_over:
                    return


def _refuse_encrypted(archive: ZipFile) -> None:
    if _MANIFEST in archive.namelist() and part(archive, _MANIFEST).find(".//{*}encryption-data") is not None:
        raise UnreadableList(ENCRYPTED)


def _read(file: IO[bytes], reader: "_Reader") -> Iterator[int]:
    """Feed the file through *reader*; after each block, how many bytes have been read."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.characters, _refuse_doctype
    read = 0
    try:
        while data := file.read(_BLOCK):
            parser.Parse(data)
            read += len(data)
            yield read
        parser.Parse(b"", True)
        yield read
    except expat.ExpatError as error:
        raise UnreadableList(BROKEN) from error


def _refuse_doctype(*_: object) -> None:
    raise UnreadableList(BROKEN)


class _Reader:
    """Collects the rows of one sheet, each with its number and how many times it is repeated, and all sheets' names."""

    def __init__(self, sheet: str) -> None:
        self.names: list[str] = []
        self.rows: list[tuple[int, int, tuple[str, ...]]] = []
        self.is_over = False
        self._sheet, self._here, self._depth = sheet, False, 0
        self._number, self._times = 1, 1
        self._row: list[str] = []
        self._cell: dict[str, str] = {}
        self._pieces: list[str] = []
        self._length = 0
        self._in_text = self._in_note = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._depth += 1
            if self._depth == 1:
                self.names.append(attributes.get("table:name", ""))
                self._here, self._number = self.names[-1] == self._sheet, 1
        elif not self._here:
            return
        elif name == "table:table-row":
            self._row, self._length, self._times = [], 0, _times(attributes, "table:number-rows-repeated")
        elif name in _CELLS:
            self._cell, self._pieces = attributes, []
        elif name == "office:annotation":
            self._in_note = True
        elif not self._in_note:
            self._start_text(name, attributes)

    def _start_text(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:p":
            self._add("\n" if self._pieces else "")
            self._in_text = True
        elif self._in_text and name in ("text:s", "text:tab", "text:line-break"):
            signs = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}
            self._add(signs[name] * min(_times(attributes, "text:c"), 1000))

    def end(self, name: str) -> None:
        if name == "table:table":
            self._depth -= 1
            self.is_over |= self._here and not self._depth
            self._here = self._here and self._depth > 0
        elif not self._here:
            return
        elif name in _CELLS:
            repeated = _times(self._cell, "table:number-columns-repeated")
            self._end_cell(self._text(), repeated)
        elif name == "table:table-row":
            self._end_row()
        elif name == "text:p":
            self._in_text = False
        elif name == "office:annotation":
            self._in_note = False

    def characters(self, data: str) -> None:
        if self._in_text and not self._in_note:
            self._add(data)

    def _add(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
        if self._length > LONGEST_LINE:
            raise UnreadableList(TOO_LONG)

    def _end_cell(self, text: str, repeated: int) -> None:
        # One more than is allowed, so that the row is refused if there is something in what is too much.
        room = settings.LIST_MAX_COLUMNS + 1 - len(self._row)
        self._row += [text] * min(repeated, room)
        if not room and text.strip():
            self._row[-1] = text

    def _end_row(self) -> None:
        while self._row and not self._row[-1].strip():
            self._row.pop()
        if self._row:
            if self._number > _LAST_ROW:
                raise UnreadableList(BROKEN)
            self.rows.append((self._number, self._times, tuple(self._row)))
        self._number += self._times

    def _text(self) -> str:
        kind = self._cell.get("office:value-type", "")
        if kind in _NUMBERS:
            return number_text(self._cell.get("office:value", ""))
        if kind == "date":
            return self._cell.get("office:date-value", "").replace("T", " ").removesuffix(" 00:00:00")
        if kind == "boolean":
            return self._cell.get("office:boolean-value", "").upper()
        return "".join(self._pieces)


def _times(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(name, "1")
    return int(value) if value.isdigit() else 1
