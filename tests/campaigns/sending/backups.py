"""A backup of what campaigns wrote, in memory, and what putting it back does to a database: also the numbers of new rows
begin again where they were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

COUNTED_LAST = ("campaigns_tally", "campaigns_movement")
"""Written by triggers while the others are put back."""


@dataclass(frozen=True)
class Backup:
    taken_at: datetime
    tables: dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def take() -> Backup:
    names = [name for name in connection.introspection.table_names() if name.startswith("campaigns_")]
    tables = {name: _read(name) for name in [*names, "providers_inboundpush"]}
    return Backup(timezone.now(), tables)


def put_back(backup: Backup) -> None:
    names = sorted(backup.tables, key=lambda name: name in COUNTED_LAST)
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608
        for name in names:
            if name in COUNTED_LAST:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608
            columns, rows = backup.tables[name]
            quoted = ", ".join(f'"{column}"' for column in columns)
            places = ", ".join(["%s"] * len(columns))
            if rows:
                cursor.executemany(f"INSERT INTO {name} ({quoted}) VALUES ({places})", rows)  # noqa: S608
            _number_again(cursor, name, columns, rows)


def _read(name: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    with connection.cursor() as cursor:
        casts = _casts(cursor, name)
        columns = [column.name for column in connection.introspection.get_table_description(cursor, name)]
        chosen = ", ".join(f'"{column}"{casts.get(column, "")}' for column in columns)
        cursor.execute(f"SELECT {chosen} FROM {name}")  # noqa: S608
        return columns, cursor.fetchall()


def _casts(cursor: Any, name: str) -> dict[str, str]:
    """JSON is read as text, which is how it can be written."""
    if connection.vendor != "postgresql":
        return {}
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'jsonb'", [name]
    )
    return {column: "::text" for (column,) in cursor.fetchall()}


def _number_again(cursor: Any, name: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
    if "id" not in columns:
        return
    newest = max((row[columns.index("id")] for row in rows), default=0)
    if connection.vendor == "postgresql":
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), %s, %s)", [max(newest, 1), newest > 0])
    else:
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [newest, name])
