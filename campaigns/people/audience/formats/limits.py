"""How much of a list is read, as the settings say. What goes beyond is refused before it fills the memory."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from providers.contract.words import Words, gettext_noop

from .found import RawRow, UnreadableList

EMPTY = Words(gettext_noop("The list is empty: there is nothing in any of its rows."))
TOO_MUCH = Words(
    gettext_noop("The workbook has more text in its cells than can be held while it is read. Save it as “CSV UTF-8”.")
)
MEGABYTE = 1024 * 1024
MOST_IN_ROW = 256 * 1024
"""Characters in one row of a workbook."""


def refuse_size(path: Path) -> None:
    """Raise UnreadableList where the file is empty or too big."""
    size = path.stat().st_size
    if not size:
        raise UnreadableList(EMPTY)
    if size > settings.LIST_MAX_BYTES:
        text = gettext_noop("The file has %(size)s MB; at most %(limit)s MB are read. Split it into several files.")
        limit = settings.LIST_MAX_BYTES // MEGABYTE
        raise UnreadableList(Words(text, {"size": -(-size // MEGABYTE), "limit": limit}))


def within(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    """*rows* as long as they are no more and no wider than allowed; then UnreadableList."""
    most, widest = settings.LIST_MAX_ROWS, settings.LIST_MAX_COLUMNS
    for count, row in enumerate(rows):
        # One more for a header.
        if count > most:
            text = gettext_noop("The list has more than %(limit)s rows. Split it into several files.")
            raise UnreadableList(Words(text, {"limit": most}))
        yield row if len(row[1]) <= widest else (row[0], _narrow(row[0], row[1], widest))


def _narrow(number: int, cells: tuple[str, ...], widest: int) -> tuple[str, ...]:
    if any(cell.strip() for cell in cells[widest:]):
        text = gettext_noop(
            "Row %(row)s has %(columns)s columns; at most %(limit)s are read. Take out the columns that are not needed."
        )
        raise UnreadableList(Words(text, {"row": number, "columns": len(cells), "limit": widest}))
    return cells[:widest]


def unfolded(rows: Iterable[RawRow]) -> Iterator[RawRow]:
    """*rows* of a workbook as long as their text is bounded: one text may stand in a million cells of a small file."""
    total = 0
    for row in rows:
        # Joined, since that is faster than a sum over cells.
        length = len("".join(row[1]))
        total += length
        if length > MOST_IN_ROW or total > settings.LIST_MAX_UNPACKED:
            raise UnreadableList(TOO_MUCH)
        yield row
