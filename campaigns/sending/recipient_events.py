"""Events of recipients, which no request stands for: the rules that held or skipped them.

Written in bulk by the transaction that sets recipients aside, and only about those whom it has really moved.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from campaigns.models.statuses import RecipientState
from notifyadmin.db.sql import execute, moment, rows, time_parameter

SAME_WITHIN = timedelta(minutes=10)
"""A rule that holds somebody on and on is one line: a new one only if it holds this much longer than was said last."""

_HELD = {"id": "bigint", "words": "text", "until": "timestamptz", "near": "timestamptz"}


def note_held(people: Iterable[tuple[int, str, datetime]], now: datetime) -> None:
    """*people* (recipient id, packed words, until) have been held at *now*. One statement, none for nobody."""
    values = [(pk, words, until, until - SAME_WITHIN) for pk, words, until in people]
    if not values:
        return
    source, parameter = rows(_HELD, values)
    sql = f"""
        INSERT INTO campaigns_recipientnote (recipient_id, at, kind, words, until)
        SELECT r.id, {time_parameter()}, r.state, v.words, v.until
        FROM {source} JOIN campaigns_recipient r ON r.id = v.id
        WHERE r.state = %s AND r.changed_at = %s AND NOT COALESCE((
            SELECT n.words = v.words AND n.until >= v.near FROM campaigns_recipientnote n
            WHERE n.recipient_id = r.id ORDER BY n.id DESC LIMIT 1), FALSE)
    """  # noqa: S608
    execute(sql, [moment(now), parameter, RecipientState.HELD.value, moment(now)])


def note_skipped(people: Iterable[tuple[int, str]], now: datetime) -> None:
    """*people* (recipient id, packed words) have been skipped at *now*. One statement, none for nobody."""
    values = list(people)
    if not values:
        return
    source, parameter = rows({"id": "bigint", "words": "text"}, values)
    sql = f"""
        INSERT INTO campaigns_recipientnote (recipient_id, at, kind, words)
        SELECT r.id, {time_parameter()}, r.state, v.words FROM {source} JOIN campaigns_recipient r ON r.id = v.id
        WHERE r.state = %s AND r.changed_at = %s
    """  # noqa: S608
    execute(sql, [moment(now), parameter, RecipientState.SKIPPED.value, moment(now)])


def note_expired(campaign_id: int, words: str, now: datetime) -> None:
    """Whoever of the campaign has expired at *now*, because a late receipt may correct it and then it must be seen."""
    sql = f"""
        INSERT INTO campaigns_recipientnote (recipient_id, at, kind, words)
        SELECT r.id, {time_parameter()}, r.state, r.reason FROM campaigns_recipient r
        WHERE r.campaign_id = %s AND r.state = %s AND r.changed_at = %s AND r.reason = %s
    """  # noqa: S608
    execute(sql, [moment(now), campaign_id, RecipientState.EXPIRED.value, moment(now), words])
