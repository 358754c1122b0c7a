"""What was asked and answered, kept whether or not it may still move anybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from campaigns.models import Submission

from .outcomes import Outcome
from .sql import moment, rows


def keep_ids(settled: Sequence[tuple[Submission, Outcome]]) -> None:
    """What a late answer may still tell: under which id a receipt will come. Nobody's state is moved by it."""
    ids = [
        (row.id, submission.id, row.provider_id)
        for submission, outcome in settled
        for row in outcome.recipients
        if row.provider_id
    ]
    source, parameter = rows({"id": "bigint", "submission": "bigint", "provider_id": "text"}, ids)
    sql = f"""
        UPDATE campaigns_recipient AS r SET provider_id = v.provider_id FROM {source}
        WHERE r.id = v.id AND r.submission_id = v.submission AND r.provider_id = ''
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [parameter])


_SUBMISSION_COLUMNS = {
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


def write_evidence(settled: Sequence[tuple[Submission, Outcome]], now: datetime, *, late: bool) -> None:
    """One statement for what was asked and answered; ``late`` says that it moved nobody."""
    source, parameter = rows(
        _SUBMISSION_COLUMNS, [_evidence(submission.id, outcome) for submission, outcome in settled]
    )
    columns = ", ".join(f"{column} = v.{column}" for column in _SUBMISSION_COLUMNS if column != "id")
    sql = f"""
        UPDATE campaigns_submission SET {columns}, finished_at = %s, late = %s
        FROM {source} WHERE campaigns_submission.id = v.id
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment(now), late, parameter])


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
