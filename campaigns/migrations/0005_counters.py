"""Tallies also by failure class, with the seconds listened and the cost, and the same changes by the minute, so that
pages need not read the recipients."""

# ruff: noqa: S608

from importlib import import_module

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

before = import_module("campaigns.migrations.0002_tally_triggers")

_WAITING = ("pending", "held", "submitting")
"""Moves of who still waits are not kept by the minute: nothing has happened to them yet."""


def _not_waiting(row: str = "") -> str:
    # Written out: for a list SQLite makes a table anew for every row, which takes longer than all the rest.
    return " AND ".join(f"{row}state <> '{state}'" for state in _WAITING)


MILLIONTHS = """
    CREATE FUNCTION campaigns_millionths(cost text) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$
        SELECT CASE WHEN cost = '' THEN 0
            WHEN cost ~ '^[0-9]{1,9}([.][0-9]{1,12})?$' THEN round(cost::numeric * 1000000)::bigint ELSE 0 END
    $$
"""
_KEY = "campaign_id, state, failure, currency"
_SUMS = "coalesce(sum(talk_seconds), 0) AS seconds, coalesce(sum(campaigns_millionths(cost)), 0) AS cost"
_NEGATIVE = "-count(*), -coalesce(sum(talk_seconds), 0), -coalesce(sum(campaigns_millionths(cost)), 0)"
_WRITE = f"""
        kept AS (
            INSERT INTO campaigns_tally ({_KEY}, amount, talk_seconds, cost)
            SELECT {_KEY}, amount, seconds, cost FROM moves)
        INSERT INTO campaigns_movement ({_KEY}, minute, amount, talk_seconds, cost)
        SELECT {_KEY}, date_trunc('minute', clock_timestamp()), amount, seconds, cost
        FROM moves WHERE {_not_waiting()};
        RETURN NULL;
"""

POSTGRESQL = [
    MILLIONTHS,
    f"""
    CREATE FUNCTION campaigns_count_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WITH moves AS (SELECT {_KEY}, count(*) AS amount, {_SUMS} FROM added GROUP BY {_KEY}), {_WRITE}
    END $$
    """,
    f"""
    CREATE FUNCTION campaigns_count_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WITH moves (campaign_id, state, failure, currency, amount, seconds, cost) AS (
            SELECT {_KEY}, {_NEGATIVE} FROM removed
            WHERE campaign_id IN (SELECT id FROM campaigns_campaign) GROUP BY {_KEY}), {_WRITE}
    END $$
    """,
    f"""
    CREATE FUNCTION campaigns_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WITH moves AS (
            SELECT {_KEY}, sum(amount) AS amount, sum(seconds) AS seconds, sum(cost) AS cost FROM (
                SELECT {_KEY}, count(*) AS amount, {_SUMS} FROM added GROUP BY {_KEY}
                UNION ALL
                SELECT {_KEY}, {_NEGATIVE} FROM removed GROUP BY {_KEY}
            ) both_sides GROUP BY {_KEY} HAVING sum(amount) <> 0 OR sum(seconds) <> 0 OR sum(cost) <> 0), {_WRITE}
    END $$
    """,
    *before.POSTGRESQL[4:],
]
POSTGRESQL_BACK = [*before.POSTGRESQL_BACK, "DROP FUNCTION campaigns_millionths(text)"]


def _millionths(row: str) -> str:
    cost = f"{row}.cost"
    plain = f"{cost} GLOB '[0-9]*[0-9]' OR {cost} GLOB '[0-9]'"
    number = f"({plain}) AND {cost} NOT GLOB '*[^0-9.]*' AND {cost} NOT GLOB '*.*.*' AND instr({cost} || '.', '.') < 11"
    amount = f"CAST(round(CAST({cost} AS REAL) * 1000000) AS INTEGER)"
    return f"CASE WHEN {cost} = '' THEN 0 WHEN {number} THEN {amount} ELSE 0 END"


def _add(table: str, row: str, sign: str = "+", minute: str = "") -> str:
    """One row of *table* for each state, made when it is first needed, counts *row* in or out."""
    key = ["campaign_id", "state", "failure", "currency"]
    columns, values = ", ".join(key), ", ".join(f"{row}.{column}" for column in key)
    same = " AND ".join(f"{column} = {row}.{column}" for column in key)
    if minute:
        columns, values, same = f"{columns}, minute", f"{values}, {minute}", f"{same} AND minute = {minute}"
    return f"""
        UPDATE {table} SET amount = amount {sign} 1, talk_seconds = talk_seconds {sign} coalesce({row}.talk_seconds, 0),
            cost = cost {sign} {_millionths(row)} WHERE {same};
        INSERT INTO {table} ({columns}, amount, talk_seconds, cost)
        SELECT {values}, {sign} 1, {sign} coalesce({row}.talk_seconds, 0), {sign} {_millionths(row)}
        WHERE changes() = 0 AND EXISTS (SELECT 1 FROM campaigns_campaign WHERE id = {row}.campaign_id);
    """


def _by_minute(row: str, sign: str = "+") -> str:
    return _add("campaigns_movement", row, sign, "strftime('%Y-%m-%d %H:%M:00', 'now')")


_IN, _OUT = _add("campaigns_tally", "NEW"), _add("campaigns_tally", "OLD", "-")
_CHANGED = """OLD.state <> NEW.state OR OLD.failure <> NEW.failure OR OLD.talk_seconds IS NOT NEW.talk_seconds
    OR OLD.cost <> NEW.cost OR OLD.currency <> NEW.currency"""
_UPDATE = "AFTER UPDATE OF state, failure, talk_seconds, cost, currency ON campaigns_recipient"
_AFTER = {"added": "AFTER INSERT ON campaigns_recipient", "removed": "AFTER DELETE ON campaigns_recipient"}

SQLITE = [
    f"CREATE TRIGGER campaigns_recipient_added {_AFTER['added']} BEGIN {_IN} END",
    f"CREATE TRIGGER campaigns_recipient_removed {_AFTER['removed']} BEGIN {_OUT} END",
    f"CREATE TRIGGER campaigns_recipient_changed {_UPDATE} WHEN {_CHANGED} BEGIN {_OUT} {_IN} END",
    f"""CREATE TRIGGER campaigns_recipient_came {_AFTER["added"]} WHEN {_not_waiting("NEW.")}
    BEGIN {_by_minute("NEW")} END""",
    f"""CREATE TRIGGER campaigns_recipient_went {_AFTER["removed"]} WHEN {_not_waiting("OLD.")}
    BEGIN {_by_minute("OLD", "-")} END""",
    f"""CREATE TRIGGER campaigns_recipient_left {_UPDATE} WHEN {_not_waiting("OLD.")} AND ({_CHANGED})
    BEGIN {_by_minute("OLD", "-")} END""",
    f"""CREATE TRIGGER campaigns_recipient_moved {_UPDATE} WHEN {_not_waiting("NEW.")} AND ({_CHANGED})
    BEGIN {_by_minute("NEW")} END""",
]
SQLITE_BACK = [
    *before.SQLITE_BACK,
    *(f"DROP TRIGGER campaigns_recipient_{name}" for name in ("came", "went", "left", "moved")),
]


def drop_old(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    before.drop(apps, schema_editor)


def create_old(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    before.create(apps, schema_editor)


def create_new(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    before.run(schema_editor, POSTGRESQL, SQLITE)


def drop_new(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    before.run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


_WHEN = "coalesce(settled_at, changed_at, submitted_at, CURRENT_TIMESTAMP)"


def _recount(minute: str, millionths: str) -> list[str]:
    """Everything counted anew. Who was sent to before is counted when the last thing happened to them."""
    sums = f"count(*), coalesce(sum(talk_seconds), 0), sum({millionths})"
    return [
        "DELETE FROM campaigns_tally",
        f"""INSERT INTO campaigns_tally ({_KEY}, amount, talk_seconds, cost)
        SELECT {_KEY}, {sums} FROM campaigns_recipient GROUP BY {_KEY}""",
        f"""INSERT INTO campaigns_movement ({_KEY}, minute, amount, talk_seconds, cost)
        SELECT {_KEY}, {minute}, {sums} FROM campaigns_recipient WHERE {_not_waiting()}
        GROUP BY {_KEY}, {minute}""",
    ]


def recount(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = _recount(f"date_trunc('minute', {_WHEN})", "campaigns_millionths(cost)")
    sqlite = _recount(f"strftime('%Y-%m-%d %H:%M:00', {_WHEN})", _millionths("campaigns_recipient"))
    before.run(schema_editor, postgresql, sqlite)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_following")]

    operations = [
        # SQLite builds a table anew to change it, and would not find it in the triggers meanwhile.
        migrations.RunPython(drop_old, create_old),
        migrations.AddField("tally", "failure", models.CharField(blank=True, default="", max_length=16)),
        migrations.AddField("tally", "currency", models.CharField(blank=True, default="", max_length=8)),
        migrations.AddField("tally", "talk_seconds", models.BigIntegerField(default=0)),
        migrations.AddField("tally", "cost", models.BigIntegerField(default=0)),
        migrations.RunPython(create_new, drop_new),
        migrations.RunPython(recount, migrations.RunPython.noop),
    ]
