"""Giving recipients the state that their receipts mean."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from campaigns.dispatch.sql import moment, rows
from campaigns.models import Receipt, Recipient
from campaigns.statuses import RECEIPT_STATES, RecipientState

from .verdicts import STATES, decisive


def settle(recipient_ids: Collection[int]) -> None:
    """Give each recipient the state that all its receipts together mean. Needs a transaction."""
    if not recipient_ids:
        return
    list(Recipient.objects.filter(pk__in=recipient_ids).order_by("pk").select_for_update(no_key=True).values("pk"))
    by_recipient: dict[int, list[Receipt]] = {}
    for receipt in Receipt.objects.filter(recipient_id__in=recipient_ids):
        by_recipient.setdefault(receipt.recipient_id or 0, []).append(receipt)
    _write([decisive(group) for group in by_recipient.values()])


_COLUMNS = {
    "id": "bigint",
    "state": "text",
    "failure": "text",
    "reason": "text",
    "code": "text",
    "raw": "text",
    "provider_id": "text",
    "talk_seconds": "int",
    "answered_at": "timestamptz",
    "settled_at": "timestamptz",
    "cost": "text",
    "currency": "text",
}


def _write(decided: Sequence[Receipt]) -> None:
    source, parameter = rows(_COLUMNS, [_values(receipt) for receipt in decided])
    kept = {"id", "provider_id"}
    columns = ", ".join(f"{column} = v.{column}" for column in _COLUMNS if column not in kept)
    states = ", ".join(["%s"] * len(RECEIPT_STATES))
    sql = f"""
        UPDATE campaigns_recipient AS r SET {columns}, held_until = NULL, changed_at = %s,
            provider_id = CASE WHEN r.provider_id = '' THEN v.provider_id ELSE r.provider_id END
        FROM {source} WHERE r.id = v.id AND r.state IN ({states}) AND NOT (r.state = %s AND v.state = %s)
    """  # noqa: S608
    # A code that nobody explains is no reason to begin waiting again for somebody whose time is over.
    stays = (RecipientState.EXPIRED.value, RecipientState.SUBMITTED.value)
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment(timezone.now()), parameter, *(state.value for state in RECEIPT_STATES), *stays])


def _values(receipt: Receipt) -> tuple[Any, ...]:
    return (
        receipt.recipient_id,
        STATES[receipt.verdict],
        receipt.failure,
        receipt.reason,
        receipt.code,
        receipt.raw,
        receipt.provider_id,
        receipt.talk_seconds,
        receipt.answered_at,
        receipt.reported_at or receipt.received_at,
        receipt.cost,
        receipt.currency,
    )
