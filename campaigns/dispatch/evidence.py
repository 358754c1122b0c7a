"""What was asked and answered, kept whether or not it may still move anybody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .outcomes import Outcome
from .sql import Statement, execute, fetch_each, moment, rows

_COLUMNS = {
    "id": "bigint",
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


def write_evidence(outcomes: Mapping[int, Outcome], now: datetime) -> set[int]:
    """Close the intents; returns the ids of those that were still open, whose recipients may therefore be moved."""
    return _write(outcomes, now, late=False)


def write_late(outcomes: Mapping[int, Outcome], now: datetime) -> None:
    """Add to what was given up what came after all, and under which id a receipt will come. Nobody's state is moved."""
    if not outcomes:
        return
    _write(outcomes, now, late=True)
    ids = [(*pair, pk) for pk, outcome in outcomes.items() for pair in outcome.accepted if pair[1]]
    source, parameter = rows({"id": "bigint", "provider_id": "text", "submission": "bigint"}, ids)
    sql = f"""
        UPDATE campaigns_recipient AS r SET provider_id = v.provider_id FROM {source}
        WHERE r.id = v.id AND r.submission_id = v.submission AND r.provider_id = ''
    """  # noqa: S608
    execute(sql, [parameter])


def _write(outcomes: Mapping[int, Outcome], now: datetime, *, late: bool) -> set[int]:
    source, parameter = rows(_COLUMNS, [_evidence(pk, outcome) for pk, outcome in outcomes.items()])
    columns = ", ".join(f"{column} = v.{column}" for column in _COLUMNS if column != "id")
    still = "" if late else " AND campaigns_submission.state = 'intent'"
    sql = f"""
        UPDATE campaigns_submission SET {columns}, finished_at = %s, late = %s
        FROM {source} WHERE campaigns_submission.id = v.id{still} RETURNING campaigns_submission.id
    """  # noqa: S608
    (found,) = fetch_each([Statement(sql, [moment(now), late, parameter])])
    return {pk for (pk,) in found}


def _evidence(submission_id: int, outcome: Outcome) -> tuple[Any, ...]:
    seen = outcome.evidence
    return (
        submission_id,
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
