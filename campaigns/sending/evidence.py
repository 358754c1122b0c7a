"""What was asked and answered, kept whether or not it may still move anybody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.models import SubmissionState
from notifyadmin.db.sql import fetch_each, moment, rows
from notifyadmin.db.statement import Statement

from .outcomes import Outcome

_COLUMNS = {
    "id": "bigint",
    "before": "text",
    "state": "text",
    "seconds": "double precision",
    "http_status": "int",
    "operation": "text",
    "code": "text",
    "raw": "text",
    "words": "text",
    "request": "text",
    "response": "text",
}


def closing(outcomes: Mapping[int, Outcome], now: datetime) -> Statement:
    """Closes the intents; finds the ids of those that were still open, whose recipients may therefore be moved."""
    return _writing(outcomes, now, late=False)


def write_late(outcomes: Mapping[int, Outcome], now: datetime) -> None:
    """Add to what was given up what came after all, and under which id a receipt will come. Nobody's state is moved."""
    ids = [(*pair, pk) for pk, outcome in outcomes.items() for pair in outcome.named]
    source, parameter = rows({"id": "bigint", "provider_id": "text", "submission": "bigint"}, ids)
    sql = f"""
        UPDATE campaigns_recipient AS r SET provider_id = v.provider_id FROM {source}
        WHERE r.id = v.id AND r.submission_id = v.submission AND r.provider_id = ''
    """  # noqa: S608
    fetch_each([_writing(outcomes, now, late=True), Statement(sql, [parameter])])


def _writing(outcomes: Mapping[int, Outcome], now: datetime, *, late: bool) -> Statement:
    source, parameter = rows(_COLUMNS, [_evidence(pk, outcome) for pk, outcome in outcomes.items()])
    columns = ", ".join(f"{column} = v.{column}" for column in _COLUMNS if column not in ("id", "before"))
    # Not the word itself: PostgreSQL would believe that hardly any are open, and compare each of these with each row.
    still = "" if late else " AND campaigns_submission.state = v.before"
    sql = f"""
        UPDATE campaigns_submission SET {columns}, finished_at = %s, late = %s
        FROM {source} WHERE campaigns_submission.id = v.id{still} RETURNING campaigns_submission.id
    """  # noqa: S608
    return Statement(sql, [moment(now), late, parameter])


def _evidence(submission_id: int, outcome: Outcome) -> tuple[Any, ...]:
    seen = outcome.evidence
    return (
        submission_id,
        SubmissionState.INTENT,
        outcome.state,
        seen.seconds,
        seen.http_status,
        seen.operation[:60],
        outcome.code,
        outcome.raw,
        outcome.words,
        seen.request,
        seen.response,
    )
