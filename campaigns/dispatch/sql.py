"""The little SQL that the ORM cannot say, in the two dialects we run on."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection


def moment(value: datetime | None) -> Any:
    """A datetime as this database takes it for a bound parameter."""
    return None if value is None else connection.ops.adapt_datetimefield_value(value)


def time_parameter() -> str:
    """The placeholder of a bound time where PostgreSQL cannot tell its type from the place."""
    return "%s::timestamptz" if connection.vendor == "postgresql" else "%s"


def skip_locked() -> str:
    """Row locking for a claim; SQLite has one writer at a time and needs none."""
    return "FOR UPDATE OF c SKIP LOCKED" if connection.vendor == "postgresql" else ""


def rows(columns: Mapping[str, str], values: Sequence[Sequence[Any]]) -> tuple[str, str]:
    """A FROM item named ``v`` with typed *columns* (name to PostgreSQL type) out of one JSON parameter.

    Returns the SQL with one placeholder and the parameter.
    """
    parameter = json.dumps([dict(zip(columns, row, strict=True)) for row in values], default=_json)
    if connection.vendor == "postgresql":
        types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        return f"jsonb_to_recordset(%s::jsonb) AS v({types})", parameter
    picked = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
    return f"(SELECT {picked} FROM json_each(%s)) AS v", parameter  # noqa: S608


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        adapted = moment(value)
        return adapted if isinstance(adapted, str) else value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
