"""Counting the keys that were pressed, in the very transaction that writes them at the recipients.

Only what receipts change is counted, and only receipts change it. So nothing else has to know of it, and a list or a
report that counts keys reads no recipient.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum

from campaigns.models import Campaign, KeyCount
from notifyadmin.db.sql import execute, fetch, moment, rows
from providers import registry
from providers.contract.abilities import Ability

QUARTER = 15
"""Minutes that every zone's distance from UTC is a multiple of, so that quarters make days in each zone."""

Pressed = Counter[tuple[int, str]]

_COLUMNS = {"campaign": "bigint", "pressed": "text", "amount": "int"}


def pressed_by(chosen: str, parameter: object) -> Pressed:
    """How many of the *chosen* recipients pressed what, by campaign."""
    sql = f"""
        SELECT campaign_id, pressed, count(*) FROM campaigns_recipient
        WHERE id {chosen} AND pressed IS NOT NULL GROUP BY campaign_id, pressed
    """  # noqa: S608
    return Counter({(campaign_id, pressed): number for campaign_id, pressed, number in fetch(sql, [parameter])})


def count(before: Pressed, after: Pressed, now: datetime) -> None:
    """Add the difference to the quarter of an hour in which it became known. Needs the accounts' locks."""
    changes = [(*key, after[key] - before[key]) for key in sorted(before | after) if after[key] != before[key]]
    if not changes:
        return
    source, parameter = rows(_COLUMNS, changes)
    at = now.replace(minute=now.minute // QUARTER * QUARTER, second=0, microsecond=0)
    sql = f"""
        INSERT INTO campaigns_keycount (campaign_id, at, pressed, amount)
        SELECT v.campaign, %s, v.pressed, v.amount FROM {source} WHERE v.amount <> 0
        ON CONFLICT (campaign_id, at, pressed) DO UPDATE SET amount = campaigns_keycount.amount + excluded.amount
    """  # noqa: S608
    execute(sql, [moment(at), parameter])


def are_reported(campaign: Campaign) -> bool:
    """Whether the provider's receipts name the keys that were pressed in calls of this kind."""
    try:
        facts = campaign.account.gateway.kinds.get(Ability(campaign.kind))
    except registry.UnknownGateway:
        return False
    return facts is not None and facts.reports_keys


def counts_of(campaign: Campaign) -> dict[str, int]:
    """How many recipients pressed what, most first. One query."""
    counted = KeyCount.objects.filter(campaign=campaign).order_by().values_list("pressed").annotate(n=Sum("amount"))
    return dict(ranked((pressed, number) for pressed, number in counted if number))


def ranked(counted: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Most first, then by key."""
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))
