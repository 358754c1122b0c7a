"""The little SQL that the ORM cannot say, in the two dialects we run on."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from .prepared import run
from .statement import Rows, Statement


def moment(value: datetime | None) -> Any:
    """A datetime as this database takes it for a bound parameter."""
    return None if value is None else connection.ops.adapt_datetimefield_value(value)


def time_of(value: datetime | None) -> datetime | None:
    """A time as the driver gives it: SQLite's are in UTC without saying so."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def time_parameter() -> str:
    """The placeholder of a bound time where PostgreSQL cannot tell its type from the place."""
    return "%s::timestamptz" if connection.vendor == "postgresql" else "%s"


def locked(clause: str) -> str:
    """A row lock such as ``FOR UPDATE OF c``; SQLite has one writer at a time and needs none."""
    return clause if has_row_locks() else ""


def has_row_locks() -> bool:
    """Whether two transactions may write at the same time."""
    return connection.vendor == "postgresql"


def rows(columns: Mapping[str, str], values: Sequence[Sequence[Any]]) -> tuple[str, str]:
    """A FROM item named ``v`` with typed *columns* (name to PostgreSQL type) out of one JSON parameter.

    Returns the SQL with one placeholder and the parameter.
    """
    parameter = json.dumps(values, default=_json)
    if connection.vendor == "postgresql":
        picked = ", ".join(f"(j ->> {place})::{kind} AS {name}" for place, (name, kind) in enumerate(columns.items()))
        # The limit tells the planner how many they are; it believes in a hundred otherwise, and reads a whole table.
        few = _bound(len(values))
        return f"(SELECT {picked} FROM jsonb_array_elements(%s::jsonb) AS j LIMIT {few}) AS v", parameter  # noqa: S608
    picked = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(columns))
    return f"(SELECT {picked} FROM json_each(%s)) AS v", parameter  # noqa: S608


def _bound(number: int) -> int:
    """The next power of two, so that few different texts are to be planned."""
    return 1 << max(0, number - 1).bit_length()


def execute(sql: str, parameters: Sequence[Any]) -> int:
    """Run a statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def fetch(sql: str, parameters: Sequence[Any]) -> Rows:
    """Run a statement; returns its rows."""
    return _rows_of(sql, parameters)


def fetch_each(statements: Sequence[Statement | None]) -> list[Rows]:
    """Run *statements* in their order; returns the rows of each, no rows for None and for what has none.

    For what every turn asks. PostgreSQL gets them in one go, because the way there and back costs more than most of
    them, and reads and plans each text once per connection, which takes longer than running it (:func:`forget_plans`).
    """
    asked = [one for one in statements if one]
    # Whoever watches the statements, or keeps a log of them, sees only those of Django's own cursors.
    watched = connection.queries_logged or connection.execute_wrappers
    if connection.vendor != "postgresql" or watched or not asked:
        found = [_rows_of(*one) for one in asked]
    else:
        found = run(asked)
    answers = iter(found)
    return [next(answers) if one else [] for one in statements]


def fetch_groups(*groups: Sequence[Statement | None]) -> list[list[Rows]]:
    """:func:`fetch_each` for all *groups* in one go; returns the answers of each."""
    answers = iter(fetch_each([one for group in groups for one in group]))
    return [[next(answers) for _ in group] for group in groups]


def forget_plans() -> None:
    """Have everything planned anew that :func:`fetch_each` asks: a table may have grown a thousandfold since."""
    if connection.vendor == "postgresql":
        execute("DISCARD PLANS", [])


def _rows_of(sql: str, parameters: Sequence[Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return _rows(cursor)


def _rows(cursor: Any) -> Rows:
    return list(cursor.fetchall()) if cursor.description else []


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        adapted = moment(value)
        return adapted if isinstance(adapted, str) else value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
