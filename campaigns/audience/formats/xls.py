"""Workbooks of Excel 97 to 2003. They hold 65,536 rows of 256 columns at most, so one sheet fits into memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from providers.contract.words import Words, gettext_noop

from .cells import of_value
from .found import At, RawRow, UnreadableList
from .kinds import BROKEN, ENCRYPTED
from .limits import MEGABYTE

LARGEST = 64 * MEGABYTE


def sheets(path: Path) -> tuple[str, ...]:
    """The names of the sheets. Raises UnreadableList."""
    with _opened(path) as book:
        return tuple(book.sheet_names)


def rows(path: Path, sheet: str, at: At | None = None) -> Iterator[RawRow]:
    """The rows of *sheet* with something in them. Raises UnreadableList."""
    with _opened(path) as book:
        if sheet not in book.sheet_names:
            raise UnreadableList(BROKEN)
        table = book.get_sheet_by_name(sheet)
        height = max(table.total_height, 1)
        size = path.stat().st_size
        for number, values in enumerate(table.to_python(skip_empty_area=False), 1):
            cells = tuple(of_value(value) for value in values)
            if any(cell.strip() for cell in cells):
                yield number, cells
            if at is not None and number % 1000 == 0:
                at(size * number // height)


@contextmanager
def _opened(path: Path) -> Iterator[CalamineWorkbook]:
    if path.stat().st_size > LARGEST:
        text = gettext_noop(
            "This old workbook (.xls) has more than %(limit)s MB. Save it as “Excel workbook (.xlsx)” or as "
            "“CSV UTF-8”."
        )
        raise UnreadableList(Words(text, {"limit": LARGEST // MEGABYTE}))
    try:
        with CalamineWorkbook.from_path(path) as book:
            yield book
    except PasswordError as error:
        raise UnreadableList(ENCRYPTED) from error
    except (CalamineError, OSError) as error:
        raise UnreadableList(BROKEN) from error
