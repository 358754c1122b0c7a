"""Into the table of receipts, each statement once: one piece of SQL for thousands of them."""

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection

from notifyadmin.db.dialect import is_postgresql
from notifyadmin.db.sql import moment, rows

from .statements import Statement

_TYPES = {
    "account_id": "bigint",
    "push_id": "bigint",
    "door": "text",
    "fingerprint": "text",
    "provider_id": "text",
    "reference": "text",
    "number": "text",
    "verdict": "text",
    "failure": "text",
    "code": "text",
    "raw": "text",
    "reason": "text",
    "talk_seconds": "int",
    "answered_at": "timestamptz",
    "reported_at": "timestamptz",
    "cost": "text",
    "currency": "text",
    "received_at": "timestamptz",
    "pressed": "text",
    "charged_seconds": "int",
    "redials": "int",
    "times": "int",
    "recipient_id": "bigint",
    "matched_by": "text",
    "mismatch": "boolean",
}
_NAMES = ", ".join(_TYPES)
_TIMES = [place for place, kind in enumerate(_TYPES.values()) if kind == "timestamptz"]
_values = attrgetter(*_TYPES)
_MOST = ", ".join(
    f"{name} = CASE WHEN campaigns_receipt.{name} IS NULL OR excluded.{name} > campaigns_receipt.{name} "
    f"THEN excluded.{name} ELSE campaigns_receipt.{name} END"
    for name in ("charged_seconds", "redials")
)
"""Of two equal statements the larger numbers count, whichever came first."""
_AGAIN = (
    f"""ON CONFLICT (account_id, fingerprint) DO UPDATE SET times = campaigns_receipt.times + excluded.times, {_MOST}"""
)


def insert(statements: Collection[Statement]) -> None:
    """Insert what is new and count what was said before. Needs the account's lock."""
    with connection.cursor() as cursor:
        if is_postgresql():
            source, parameter = rows(_TYPES, [_values(one) for one in statements])
            columns = ", ".join(f"v.{name}" for name in _TYPES)
            sql = f"""
                INSERT INTO campaigns_receipt ({_NAMES}, contradicts) SELECT {columns}, FALSE FROM {source} {_AGAIN}
            """  # noqa: S608
            cursor.execute(sql, [parameter])
        else:
            places = ", ".join(["%s"] * len(_TYPES))
            sql = f"INSERT INTO campaigns_receipt ({_NAMES}, contradicts) VALUES ({places}, FALSE) {_AGAIN}"  # noqa: S608
            cursor.executemany(sql, [_adapted(one) for one in statements])


def write_matches(matched: Iterable[tuple[int, int | None, str, bool]]) -> None:
    """Write down (receipt's id, recipient's id, by what, mismatch) of receipts that were stored before."""
    columns = {"id": "bigint", "recipient_id": "bigint", "matched_by": "text", "mismatch": "boolean"}
    source, parameter = rows(columns, list(matched))
    named = ", ".join(f"{name} = v.{name}" for name in columns if name != "id")
    with connection.cursor() as cursor:
        sql = f"UPDATE campaigns_receipt AS x SET {named} FROM {source} WHERE x.id = v.id"  # noqa: S608
        cursor.execute(sql, [parameter])


def _adapted(statement: Statement) -> Sequence[Any]:
    values = list(_values(statement))
    for place in _TIMES:
        values[place] = moment(values[place])
    return values
