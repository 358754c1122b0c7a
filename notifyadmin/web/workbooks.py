"""Lists as workbooks (XLSX): every cell a text, so that nothing is rounded and nothing is a formula.

A row is written out before the next one is read. What people have in their spreadsheets is one sheet of 1,048,576 rows
at most; longer lists go on in further sheets.
"""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from django.http import FileResponse

from .exports import Row, Table

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS = 1_048_576
LONGEST_CELL = 32_767
WIDEST, NARROWEST = 48, 9


def xlsx_table(table: Table) -> FileResponse:
    """*table* as an answer; it has to be short enough to be written while somebody waits."""
    file = tempfile.TemporaryFile(prefix="notifyadmin-")  # noqa: SIM115 - the answer closes it
    write_xlsx(table, file)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{table.name}.xlsx", content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def write_xlsx(
    table: Table,
    target: Any,
    progress: Callable[[int], None] = lambda rows: None,
    folder: Path | None = None,
    sheet_rows: int = SHEET_ROWS,
) -> int:
    """Write *table* into *target*, a path or an open file; returns the number of rows.

    *progress* hears after each block how many there are. Unfinished sheets lie in *folder*. What *progress* raises ends
    the writing.
    """
    options = {"constant_memory": True, "strings_to_urls": False, "tmpdir": str(folder) if folder else None}
    book = xlsxwriter.Workbook(target, options)
    pages = _Sheets(book, table.titles, sheet_rows)
    try:
        for block in table.blocks:
            pages.write(block)
            progress(pages.rows)
        pages.finish()
        book.close()
    finally:
        _tidy(book)
    return pages.rows


def _tidy(book: Any) -> None:
    """Delete the rows of sheets that nobody finished: they have people's numbers in them."""
    for sheet in book.worksheets():
        sheet.row_data_fh.close()
        Path(sheet.row_data_filename).unlink(missing_ok=True)


class _Sheets:
    """The sheets of a book, one behind the other. The first block says how wide columns have to be."""

    def __init__(self, book: Any, titles: Sequence[str], most: int) -> None:
        self.book, self.titles, self.most = book, titles, most
        self.bold = book.add_format({"bold": True})
        self.widths: list[int] = []
        self.sheet: Any = None
        self.place = 0
        self.rows = 0

    def write(self, block: Sequence[Row]) -> None:
        if not self.widths:
            self.widths = [_width(cells) for cells in zip(self.titles, *block[:200], strict=True)]
        for row in block:
            if self.sheet is None or self.place >= self.most:
                self._begin()
            self._row(row)
        self.rows += len(block)

    def _begin(self) -> None:
        self.sheet = self.book.add_worksheet()
        self.sheet.freeze_panes(1, 0)
        for place, width in enumerate(self.widths):
            self.sheet.set_column(place, place, width)
        self.place = 0
        self._row(self.titles, self.bold)

    def _row(self, row: Row, style: Any = None) -> None:
        write, line = self.sheet.write_string, self.place
        for column, cell in enumerate(row):
            if cell:
                write(line, column, cell[:LONGEST_CELL], style)
        self.place += 1

    def finish(self) -> None:
        """A list without rows still has its titles."""
        if self.sheet is None:
            self.widths = self.widths or [_width([title]) for title in self.titles]
            self._begin()


def _width(cells: Sequence[str]) -> int:
    """Wide enough for *cells*; a Chinese sign takes the room of two."""
    longest = max(sum(2 if sign > "\u2e7f" else 1 for sign in cell[:WIDEST]) for cell in cells)
    return max(NARROWEST, min(WIDEST, longest + 2))
