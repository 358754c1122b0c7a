"""Who must not be reached, asked for many numbers at once."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from campaigns.models import Campaign, Recipient, Suppression
from campaigns.models.statuses import SENDABLE_STATES
from notifyadmin.db.sql import fetch, rows
from providers.contract.abilities import Ability


def flag_of(kind: str) -> str:
    """The column of the suppression list that forbids campaigns of *kind*: ``calls`` or ``messages``."""
    return "messages" if kind == Ability.SMS else "calls"


def suppressed(numbers: Collection[str], kind: str) -> set[str]:
    """Those of *numbers* (digits with country code) that campaigns of *kind* must not reach. One statement.

    An empty list is asked once, a list of millions by its index for each number.
    """
    if not numbers:
        return set()
    source, parameter = rows({"number": "text"}, [(number,) for number in numbers])
    sql = f"""
        SELECT v.number FROM {source} WHERE EXISTS (SELECT 1 FROM campaigns_suppression)
        AND EXISTS (SELECT 1 FROM campaigns_suppression s WHERE s.number = v.number AND s.{flag_of(kind)})
    """  # noqa: S608
    return {number for (number,) in fetch(sql, [parameter])}


def waiting_and_suppressed(campaign: Campaign) -> int:
    """How many of *campaign* are not sent to yet and will be skipped because they are on the list now."""
    forbidden = Suppression.objects.filter(number=OuterRef("number"), **{flag_of(campaign.kind): True})
    waiting = Recipient.objects.filter(campaign=campaign, state__in=SENDABLE_STATES)
    return waiting.filter(Exists(forbidden)).count()
