"""Compact tallies and rollups: rows that add up become one, old minutes become quarters of an hour.

The sums stay the same, whenever it is cut off.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count

from campaigns.models import Movement
from notifyadmin.db.dialect import is_postgresql

COMPACT_ABOVE = 50
"""Rows of one campaign and state that are worth compacting; fewer are quick to add up."""

RECENT = timedelta(minutes=15)
"""So far back the sweep looks for rows of one minute. A sweep comes every few seconds."""

MINUTES_KEPT = timedelta(days=1)
LOOK_BACK = timedelta(days=8)
MANY_MINUTES = 240
"""A shorter campaign keeps its minutes for good: they are few, and its picture stays sharp."""

QUARTER = 15
"""Minutes that every zone's distance from UTC is a multiple of, so that quarters still make days in each zone."""

AT_ONCE = 5_000

_TALLY = ("campaign_id", "state", "failure", "currency")
_MOVEMENT = (*_TALLY, "minute")


def compact_tallies() -> None:
    """Compact the counters' appended rows into one per state and failure class, where they are appended (see
    models.Tally)."""
    _compact("campaigns_tally", _TALLY)


def compact_movements() -> None:
    """The same for what changed in each of the last minutes."""
    recent = "minute > clock_timestamp() - make_interval(mins => %s)"
    _compact("campaigns_movement", _MOVEMENT, recent, [RECENT.total_seconds() // 60])


def _compact(table: str, key: Sequence[str], where: str = "true", parameters: Sequence[float] = ()) -> None:
    if not is_postgresql():
        return
    columns, of_row = ", ".join(key), ", ".join(f"t.{column}" for column in key)
    sql = f"""
        WITH crowded AS (
            SELECT {columns} FROM {table} WHERE {where} GROUP BY {columns} HAVING count(*) > %s),
        merged AS (DELETE FROM {table} WHERE id IN (
            SELECT t.id FROM {table} t JOIN crowded USING ({columns}) FOR UPDATE OF t SKIP LOCKED)
            RETURNING {columns}, amount, talk_seconds, cost)
        INSERT INTO {table} ({columns}, amount, talk_seconds, cost)
        SELECT {of_row}, sum(t.amount), sum(t.talk_seconds), sum(t.cost) FROM merged t GROUP BY {of_row}
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*map(int, parameters), COMPACT_ABOVE])


def compact_old_minutes(now: datetime) -> None:
    """Long campaigns keep their minutes for a day, then quarters of an hour."""
    until = (now - MINUTES_KEPT).replace(minute=0, second=0, microsecond=0)
    old = Movement.objects.filter(minute__lt=until, minute__gte=until - LOOK_BACK)
    crowded = old.exclude(minute__minute__in=range(0, 60, QUARTER)).order_by().values("campaign_id")
    for row in crowded.annotate(n=Count("minute", distinct=True)).filter(n__gt=MANY_MINUTES):
        compact_minutes(row["campaign_id"], until)


def compact_minutes(campaign_id: int, until: datetime) -> None:
    """Fold all minutes of a campaign before *until*, which lies so far back that nobody adds to them any more."""
    with transaction.atomic():
        rows = list(Movement.objects.select_for_update().filter(campaign=campaign_id, minute__lt=until))
        sums: dict[tuple[str, ...], Movement] = {}
        for row in rows:
            _add(sums, row)
        for start in range(0, len(rows), AT_ONCE):
            Movement.objects.filter(pk__in=[row.pk for row in rows[start : start + AT_ONCE]]).delete()
        Movement.objects.bulk_create(row for row in sums.values() if row.amount or row.talk_seconds or row.cost)


def _add(sums: dict[tuple[str, ...], Movement], row: Movement) -> None:
    minute = row.minute.replace(minute=row.minute.minute // QUARTER * QUARTER)
    key = (minute.isoformat(), row.state, row.failure, row.currency)
    if key not in sums:
        same = {"state": row.state, "failure": row.failure, "currency": row.currency}
        sums[key] = Movement(campaign_id=row.campaign_id, minute=minute, amount=0, **same)
    into = sums[key]
    into.amount += row.amount
    into.talk_seconds += row.talk_seconds
    into.cost += row.cost
