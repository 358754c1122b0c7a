"""Statements that PostgreSQL gets in one go, and reads and plans once per connection.

For the few that every turn asks: the way to the server and back takes longer than most of them, and to read and plan
them longer than to run them.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

from .statement import Rows

FIRST_REVIEW = 16


class _Preparing(psycopg.Cursor[Any]):
    """Binds parameters at the server, unlike Django's own, so that the text stays the same from turn to turn."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> "_Preparing":
        return super().execute(query, params, prepare=self.connection.prepare_threshold is not None)


def run(statements: Sequence[tuple[str, Sequence[Any]]]) -> list[Rows]:
    """The rows of each, in their order."""
    connection.ensure_connection()
    raw: Any = connection.connection
    # Behind a pooler that hands connections on, nothing stays prepared; this is Django's name for it.
    raw.prepare_threshold = None if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS") else 1
    cursors = [_Preparing(raw) for _ in statements]
    # One alone too: the BEGIN of its transaction goes with it.
    with connection.wrap_database_errors, raw.pipeline():
        if _plans_are_to_be_reviewed(raw):
            raw.execute("DISCARD PLANS")
        for cursor, (sql, parameters) in zip(cursors, statements, strict=True):
            cursor.execute(sql, parameters)
    return [list(cursor.fetchall()) if cursor.description else [] for cursor in cursors]


def _plans_are_to_be_reviewed(raw: Any) -> bool:
    """After 16 runs on a connection, 32, 64 and so on: plans made for an empty table read all of it when it is full."""
    raw.runs = getattr(raw, "runs", 0) + 1
    return raw.runs >= FIRST_REVIEW and not raw.runs & (raw.runs - 1)
