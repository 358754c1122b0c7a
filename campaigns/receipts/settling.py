"""Giving recipients the state that their receipts mean, all of a batch in one statement."""

from collections.abc import Collection

from django.db import connection
from django.utils import timezone

from campaigns.models import keys
from campaigns.models.statuses import NOT_TAKEN_STATES, RECEIPT_STATES, CampaignState, RecipientState
from notifyadmin.db.any_of import among
from notifyadmin.db.sql import fetch, has_row_locks, moment

from .refused import mark_after_refusal
from .verdicts import CONTRADICTED, DECISIVE_FIRST, KEYS, LARGEST, STATE

_COMPARED = ("failure", "reason", "code", "raw", "cost", "currency")
_NUMBERS = ("talk_seconds", *LARGEST)
_DECIDED = (*_COMPARED, "talk_seconds", "answered_at")
_GATHERED = {"pressed": KEYS, **LARGEST}
"""Columns out of all receipts together."""
_GATHERING = ", ".join(f"{sql} AS {name}" for name, sql in _GATHERED.items())
_TAKEN_OVER = (*_DECIDED, *_GATHERED)

_ENDED = f"('{CampaignState.FINISHED.value}', '{CampaignState.CANCELLED.value}')"
_SUBMITTED, _EXPIRED = f"'{RecipientState.SUBMITTED.value}'", f"'{RecipientState.EXPIRED.value}'"


def settle(recipient_ids: Collection[int]) -> None:
    """Give each recipient the state that all its receipts together mean. Needs a transaction."""
    if not recipient_ids:
        return
    chosen, parameter = among(sorted(recipient_ids))
    if has_row_locks():
        lock = f"SELECT id FROM campaigns_recipient WHERE id {chosen} ORDER BY id FOR NO KEY UPDATE"  # noqa: S608
        fetch(f"SELECT count(*) FROM ({lock}) AS held", [parameter])  # noqa: S608
    mark_contradictions(chosen, parameter)
    mark_after_refusal(chosen, parameter)
    now = timezone.now()
    before = keys.pressed_by(chosen, parameter)
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE.format(chosen=chosen), [parameter, moment(now)])
    keys.count(before, keys.pressed_by(chosen, parameter), now)


def mark_contradictions(chosen: str, parameter: object) -> None:
    """Mark the receipts of *chosen* recipients that cannot all be true, and take marks away that no longer hold."""
    suspicious = f"""
        SELECT recipient_id FROM campaigns_receipt WHERE recipient_id {chosen} GROUP BY recipient_id
        HAVING count(*) > 1 AND (min(verdict) <> max(verdict) OR min(failure) <> max(failure)
            OR max(CASE WHEN contradicts THEN 1 ELSE 0 END) = 1)
    """  # noqa: S608
    found = [pk for (pk,) in fetch(suspicious, [parameter])]
    if not found:
        return
    among_found, these = among(found)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE campaigns_receipt AS x SET contradicts = {CONTRADICTED} "  # noqa: S608
            f"WHERE x.recipient_id {among_found} AND x.contradicts <> {CONTRADICTED}",
            [these],
        )


def _words(states: Collection[RecipientState]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


# Nobody's row is written when nothing in it changes: providers say many things twice. A code that nobody explains is
# no reason to begin waiting again for somebody whose time is over, and none to doubt a refusal or a cancellation.
_SETTLE = f"""
    WITH said AS (
        SELECT {", ".join(_DECIDED)}, {_GATHERING}, recipient_id, provider_id, {STATE} AS state,
            COALESCE(reported_at, received_at) AS settled_at,
            row_number() OVER (PARTITION BY recipient_id ORDER BY {DECISIVE_FIRST}) AS place
        FROM campaigns_receipt WHERE recipient_id {{chosen}}),
    decided AS (
        SELECT s.*, CASE WHEN s.state = {_SUBMITTED} AND k.state IN {_ENDED} THEN {_EXPIRED} ELSE s.state END AS becomes
        FROM said s JOIN campaigns_recipient p ON p.id = s.recipient_id
        JOIN campaigns_campaign k ON k.id = p.campaign_id WHERE s.place = 1)
    UPDATE campaigns_recipient AS r SET {", ".join(f"{column} = v.{column}" for column in _TAKEN_OVER)},
        state = v.becomes, settled_at = v.settled_at, held_until = NULL, changed_at = %s,
        provider_id = CASE WHEN r.provider_id = '' THEN v.provider_id ELSE r.provider_id END
    FROM decided v WHERE r.id = v.recipient_id
        AND (r.state IN ({_words(RECEIPT_STATES)})
            OR (r.state IN ({_words(NOT_TAKEN_STATES)}) AND v.state <> {_SUBMITTED}))
        AND NOT (r.state = {_EXPIRED} AND v.state = {_SUBMITTED})
        AND (r.state <> v.becomes OR r.settled_at IS NULL OR r.settled_at <> v.settled_at
            OR {" OR ".join(f"r.{column} <> v.{column}" for column in _COMPARED)}
            OR {" OR ".join(f"COALESCE(r.{name}, -1) <> COALESCE(v.{name}, -1)" for name in _NUMBERS)}
            OR COALESCE(r.pressed, '') <> COALESCE(v.pressed, '')
            OR (r.answered_at IS NULL) <> (v.answered_at IS NULL) OR r.answered_at <> v.answered_at
            OR (r.provider_id = '' AND v.provider_id <> ''))
"""  # noqa: S608
