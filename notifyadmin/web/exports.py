"""Lists as CSV files that spreadsheets open, in pieces, however long they are."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone, translation

BOM = "\ufeff"
PIECE = 500
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_file(name: str, rows: Iterable[Sequence[str]]) -> StreamingHttpResponse:
    """*rows*, the header among them, as a file called *name*, in the language and zone of the moment of the call.

    With a mark by which spreadsheets know UTF-8, and with every cell that could be a formula as text. A number with its
    plus sign is such a cell: a spreadsheet would round it.
    """
    response = StreamingHttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def as_csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The pieces of :func:`csv_file`; each one is read out of *rows* when it is asked for."""
    return _pieces(iter(rows), translation.get_language() or "en", timezone.get_current_timezone_name())


def safe_cell(text: str) -> str:
    """*text* so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _pieces(rows: Iterator[Sequence[str]], language: str, zone: str) -> Iterator[str]:
    yield BOM
    while True:
        # Between two pieces this thread may serve somebody else.
        with translation.override(language), timezone.override(zone):
            piece = _lines(islice(rows, PIECE))
        if not piece:
            return
        yield piece


def _lines(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue()
