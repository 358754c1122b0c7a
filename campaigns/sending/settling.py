"""What answers make of the recipients of their requests: a statement or two for all of a turn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from notifyadmin.db.retry import retry_on_operational_error
from notifyadmin.db.sql import execute, moment, rows, time_parameter
from notifyadmin.db.statement import Statement

from .chunk_leases import Claim, renew
from .outcomes import Outcome, RecipientOutcome


def settling(outcomes: Mapping[int, Outcome], now: datetime) -> list[Statement]:
    """By submission; to be asked right after their intents were closed at *now* (``evidence.closing``).

    Whoever takes an intent away first decides: this answer, or the one who found the worker gone. Nobody is moved by
    an outcome whose intent was closed by another.
    """
    return [*_accepted(outcomes, now), *_others(outcomes, now)]


def _ours(outcome: str) -> str:
    # A subquery per recipient, so that no planner without statistics reads all submissions instead.
    return f"""(SELECT s.finished_at FROM campaigns_submission s
        WHERE s.id = v.submission AND s.state = {outcome}) = {time_parameter()}"""  # noqa: S608


def _accepted(outcomes: Mapping[int, Outcome], now: datetime) -> list[Statement]:
    """Whoever a receipt has settled already keeps that state and only gains the id."""
    values = [(*pair, pk) for pk, outcome in outcomes.items() for pair in outcome.accepted]
    if not values:
        return []
    source, parameter = rows({"id": "bigint", "provider_id": "text", "submission": "bigint"}, values)
    waiting = "r.state IN ('pending', 'held')"
    cleared = ", ".join(
        f"{column} = CASE WHEN {waiting} THEN '' ELSE r.{column} END" for column in ("reason", "code", "raw", "failure")
    )
    sql = f"""
        UPDATE campaigns_recipient AS r SET state = CASE WHEN {waiting} THEN 'submitted' ELSE r.state END, {cleared},
            provider_id = CASE WHEN v.provider_id <> '' THEN v.provider_id ELSE r.provider_id END, held_until = NULL,
            submission_id = v.submission, attempts = attempts + 1, submitted_at = %s, changed_at = %s
        FROM {source} WHERE r.id = v.id AND {_ours("'answered'")}
    """  # noqa: S608
    return [Statement(sql, [moment(now), moment(now), parameter, moment(now)])]


_COLUMNS = {
    "id": "bigint",
    "submission": "bigint",
    "outcome": "text",
    "state": "text",
    "reason": "text",
    "code": "text",
    "raw": "text",
    "failure": "text",
    "held_until": "timestamptz",
    "provider_id": "text",
}


def _others(outcomes: Mapping[int, Outcome], now: datetime) -> list[Statement]:
    """Whoever was not taken, or of whom nobody knows: the id that they have all the same leads receipts to them."""
    values = [
        (row.id, pk, outcome.state, *_told(row)) for pk, outcome in outcomes.items() for row in outcome.recipients
    ]
    if not values:
        return []
    source, parameter = rows(_COLUMNS, values)
    columns = ("state", "reason", "code", "raw", "failure", "held_until")
    sql = f"""
        UPDATE campaigns_recipient AS r SET {", ".join(f"{column} = v.{column}" for column in columns)},
            provider_id = CASE WHEN v.provider_id <> '' THEN v.provider_id ELSE r.provider_id END,
            submission_id = v.submission, attempts = attempts + 1, changed_at = %s,
            settled_at = CASE WHEN v.state = 'rejected' THEN %s ELSE r.settled_at END
        FROM {source} WHERE r.id = v.id AND r.state IN ('pending', 'held') AND {_ours("v.outcome")}
    """  # noqa: S608
    return [Statement(sql, [moment(now), moment(now), parameter, moment(now)])]


def _told(row: RecipientOutcome) -> tuple[Any, ...]:
    return row.state, row.reason, row.code, row.raw, row.failure, row.held_until, row.provider_id


@retry_on_operational_error
def put_back(claim: Claim, ids: Sequence[int], now: datetime) -> None:
    """Let the rejected *ids* of a chunk of ours wait again: nobody was taken, and it was not they who were meant."""
    source, parameter = rows({"id": "bigint"}, [(pk,) for pk in ids])
    sql = f"""
        UPDATE campaigns_recipient AS r SET state = 'pending', reason = '', code = '', raw = '', failure = '',
            settled_at = NULL, changed_at = %s
        FROM {source} WHERE r.id = v.id AND r.state = 'rejected'
    """  # noqa: S608
    with transaction.atomic():
        if renew([claim], now):
            execute(sql, [moment(now), parameter])
