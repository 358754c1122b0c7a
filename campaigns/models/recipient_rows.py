"""Many rows into one table in one go: COPY where the database has it, one prepared statement elsewhere."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connections, models, router

from notifyadmin.db.dialect import is_postgresql

BLOCK = 2000
MOST_VALUES = 32_000
MOST_ROWS = 5_000
"""That one statement of SQLite binds, and inserts."""

_FIELD, _LINE = "\x1f", "\x1e"


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    same: Mapping[str, str | int] | None = None,
) -> None:
    """Insert *rows* of values for the named database *columns*; JSON values are given as text, and no value is None.

    *same* has the columns that hold one value in all rows. Columns that are not named get no default: the database
    knows none of the model's.
    """
    same = same or {}
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    named = ", ".join(quote(column) for column in (*columns, *same))
    target = f"{quote(model._meta.db_table)} ({named})"
    with connection.cursor() as cursor:
        if is_postgresql(connection):
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for block in _blocks(rows, len(columns), tuple(same.values())):
                    copy.write(block)
        else:
            # What is the same in all rows stands in the statement: binding is what costs.
            places = ", ".join(["?"] * len(columns) + [literal(value) for value in same.values()])
            begin = f"INSERT INTO {target} VALUES "  # noqa: S608
            _in_statements(connection, cursor, begin, f"({places})", rows)


def _in_statements(connection: Any, cursor: Any, begin: str, places: str, rows: Iterable[Sequence[Any]]) -> None:
    """As few statements as can be, in two sizes: each is faster by row than one for each row, and lets threads work."""
    # Past Django's cursor, which would look for thousands of placeholders in each statement.
    raw, source = cursor.cursor, iter(rows)
    most = min(MOST_ROWS, MOST_VALUES // (places.count("?") or 1))
    with connection.wrap_database_errors:
        while block := list(islice(source, most)):
            start = 0
            for size in (most, most // 20):
                while size > 1 and len(block) - start >= size:
                    values = list(chain.from_iterable(block[start : start + size]))
                    sqlite3.Cursor.execute(raw, begin + ", ".join([places] * size), values)
                    start += size
            sqlite3.Cursor.executemany(raw, begin + places, block[start:])


def _blocks(rows: Iterable[Sequence[Any]], width: int, same: Sequence[str | int]) -> Iterator[str]:
    """The text of a COPY. Values are joined by signs that hardly any text has, so that a block is escaped at once."""
    template = _FIELD.join(["%s"] * width + [str(value).replace("%", "%%") for value in same])
    fields = width + len(same) - 1
    source = iter(rows)
    while block := [tuple(row) for row in islice(source, BLOCK)]:
        text = _LINE.join([template % row for row in block])
        if text.count(_FIELD) != fields * len(block) or text.count(_LINE) != len(block) - 1:
            plain = [tuple(_without_marks(value) for value in row) for row in block]
            text = _LINE.join([template % row for row in plain])
        yield _escaped(text).replace(_FIELD, "\t").replace(_LINE, "\n") + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _without_marks(value: Any) -> Any:
    return value.replace(_FIELD, "\ufffd").replace(_LINE, "\ufffd") if isinstance(value, str) else value


def literal(value: str | int) -> str:
    """The value as SQL writes it."""
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
