"""Nobody on the suppression list is sent to: asked anew in the very transaction that writes the intents."""

from collections.abc import Sequence
from datetime import datetime

from campaigns.suppression.selectors import suppressed
from providers.contract.words import Words, gettext_noop

from .plan import Request, only
from .sql import execute, locked, moment, rows
from .store import Claim

SUPPRESSED = Words(gettext_noop("This number is on the suppression list, so nothing was sent to it."))

Wanted = tuple[Claim, Request]


def without_suppressed(some: Sequence[Wanted], now: datetime) -> list[Wanted]:
    """*some* without those who must not be reached; these are skipped for good.

    One statement, and a second where somebody is on the list. Needs a transaction.
    """
    if not some:
        return []
    numbers = [member.number for _, request in some for member in request.members]
    found = suppressed(numbers, some[0][1].message.kind)
    if not found:
        return list(some)
    _skip([(claim, member.id) for claim, request in some for member in request.members if member.number in found], now)
    kept = ((claim, _without(request, found)) for claim, request in some)
    return [(claim, request) for claim, request in kept if request.members]


def _without(request: Request, numbers: set[str]) -> Request:
    return only(request, [place for place, one in enumerate(request.members) if one.number not in numbers])


_SKIPPED = {"id": "bigint", "chunk": "bigint", "token": "int"}


def _skip(people: Sequence[tuple[Claim, int]], now: datetime) -> None:
    """Fenced by the chunk's row: under a lease that was lost, somebody else may have them in a request by now."""
    source, parameter = rows(_SKIPPED, [(pk, claim.chunk_id, claim.token) for claim, pk in people])
    sql = f"""
        UPDATE campaigns_recipient AS r SET state = 'skipped', reason = %s, held_until = NULL, changed_at = %s,
            settled_at = %s
        FROM (SELECT v.id FROM {source} JOIN campaigns_chunk c ON c.id = v.chunk AND c.token = v.token
            {locked("FOR SHARE OF c")}) AS w
        WHERE r.id = w.id AND r.state IN ('pending', 'held')
    """  # noqa: S608
    execute(sql, [SUPPRESSED.pack(), moment(now), moment(now), parameter])
