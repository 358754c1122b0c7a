"""Reconcile the rollups with the tallies, after those were put right by hand or by a recount."""

from django.utils import timezone

from campaigns.models.statuses import RecipientState
from notifyadmin.db.sql import execute, moment, time_parameter

KEY = "campaign_id, state, failure, currency"
UNCOUNTED = (RecipientState.PENDING, RecipientState.HELD, RecipientState.SUBMITTING)
"""States of those who still wait: the triggers keep them in the tallies only."""


def reconcile(campaign_id: int) -> int:
    """Write the difference as a change of this minute, in one statement that sees both of one moment.

    Returns how many counters were off. Reports then agree with the campaign again; on which day it went wrong, nobody
    knows.
    """
    waiting = ", ".join(["%s"] * len(UNCOUNTED))
    sql = f"""
        INSERT INTO campaigns_movement ({KEY}, minute, amount, talk_seconds, cost)
        SELECT {KEY}, {time_parameter()}, sum(a), sum(b), sum(c) FROM (
            SELECT {KEY}, amount AS a, talk_seconds AS b, cost AS c FROM campaigns_tally
            WHERE campaign_id = %s AND state NOT IN ({waiting})
            UNION ALL
            SELECT {KEY}, -amount, -talk_seconds, -cost FROM campaigns_movement WHERE campaign_id = %s
        ) AS sides GROUP BY {KEY} HAVING sum(a) <> 0 OR sum(b) <> 0 OR sum(c) <> 0
    """  # noqa: S608
    minute = timezone.now().replace(second=0, microsecond=0)
    return execute(sql, [moment(minute), campaign_id, *map(str, UNCOUNTED), campaign_id])
