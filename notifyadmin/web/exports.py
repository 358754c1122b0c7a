"""Lists as CSV files that spreadsheets open, in pieces, however long they are."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone, translation

BOM = "\ufeff"
PIECE = 500
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_STARTS = frozenset(_FORMULA_STARTS)
_SHOWN_DIGITS = 11
"""A spreadsheet shows longer numbers in powers of ten, and rounds them after the fifteenth digit."""

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A list to be written into a file called *name* (without its ending): titles, and rows in blocks.

    The blocks are read when they are asked for, in the language and the zone of that moment; nothing stays open between
    two of them. ``most`` is how many rows there are at most, as far as it is known without counting; 0 when it is not.
    """

    name: str
    titles: Sequence[str]
    blocks: Iterator[Sequence[Row]]
    most: int = 0


def csv_file(name: str, rows: Iterable[Sequence[str]]) -> StreamingHttpResponse:
    """*rows*, the header among them, as a file called *name*, in the language and zone of the moment of the call.

    With a mark by which spreadsheets know UTF-8, and with every cell as text that could be a formula (a number with its
    plus sign is one) or whose digits a spreadsheet would not leave alone.
    """
    return _answer(name, as_csv(rows))


def csv_table(table: Table) -> StreamingHttpResponse:
    """:func:`csv_file` of a table."""
    return _answer(f"{table.name}.csv", _in_pieces(csv_pieces(table)))


def as_csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The pieces of :func:`csv_file`; each one is read out of *rows* when it is asked for."""
    return _in_pieces(_cut(iter(rows)))


def csv_pieces(table: Table) -> Iterator[str]:
    """The file in pieces: the titles at once, then one for each block."""
    yield BOM + _lines([table.titles])
    for block in table.blocks:
        yield _lines(block)


def safe_cell(text: str) -> str:
    """*text* so that no spreadsheet takes it for a formula, rounds it or drops its zeros."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or _loses_digits(text) else text


def _loses_digits(text: str) -> bool:
    return text.isdigit() and (len(text) > _SHOWN_DIGITS or (text[0] == "0" and len(text) > 1))


def _answer(name: str, pieces: Iterator[str]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _in_pieces(pieces: Iterator[str]) -> Iterator[str]:
    return _spoken(pieces, translation.get_language() or "en", timezone.get_current_timezone_name())


def _spoken(pieces: Iterator[str], language: str, zone: str) -> Iterator[str]:
    while True:
        # Between two pieces this thread may serve somebody else.
        with translation.override(language), timezone.override(zone):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _cut(rows: Iterator[Sequence[str]]) -> Iterator[str]:
    yield BOM
    while piece := _lines(list(islice(rows, PIECE))):
        yield piece


def _lines(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [safe_cell(cell) if cell[:1] in _STARTS or cell.isdigit() else cell for cell in row] for row in rows
    )
    return text.getvalue()
