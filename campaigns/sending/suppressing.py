"""Nobody on the suppression list is sent to: asked anew in the very transaction that writes the intents."""

from collections.abc import Sequence, Set
from datetime import datetime

from campaigns.models.suppressed import flag_of
from notifyadmin.db.sql import execute, locked, moment, rows
from notifyadmin.db.statement import Statement
from providers.contract.words import Words, gettext_noop

from .chunk_leases import Claim, Wanted
from .plan import Request, only
from .recipient_events import note_skipped

SUPPRESSED = Words(gettext_noop("This number is on the suppression list, so nothing was sent to it."))


def without_suppressed(some: Sequence[Wanted], found: Set[str], now: datetime) -> list[Wanted]:
    """*some* without those whose numbers were *found* on the list; these are skipped for good. Needs a transaction."""
    if not found:
        return list(some)
    _skip([(claim, member.id) for claim, request in some for member in request.members if member.number in found], now)
    kept = ((claim, _without(request, found)) for claim, request in some)
    return [(claim, request) for claim, request in kept if request.members]


def looking_up(some: Sequence[Wanted]) -> Statement:
    """For the numbers on the list among those of the requests, and perhaps of people between them."""
    # By place and not by number: the thousands of numbers of a turn need not travel to the database for it.
    source, parameter = rows({"first": "int", "last": "int"}, _spans(some))
    # A subquery per number, so that no planner without statistics reads the whole list instead.
    sql = f"""
        SELECT r.number FROM {source} JOIN campaigns_recipient r
        ON r.campaign_id = %s AND r.position BETWEEN v.first AND v.last
        WHERE EXISTS (SELECT 1 FROM campaigns_suppression)
        AND (SELECT s.{flag_of(some[0][1].message.kind)} FROM campaigns_suppression s WHERE s.number = r.number)
    """  # noqa: S608
    return Statement(sql, [parameter, some[0][0].campaign_id])


def _spans(some: Sequence[Wanted]) -> list[tuple[int, int]]:
    """First and last position in question of each chunk."""
    spans: dict[int, tuple[int, int]] = {}
    for claim, request in some:
        first, last = request.members[0].position, request.members[-1].position
        known = spans.get(claim.chunk_id, (first, last))
        spans[claim.chunk_id] = (min(known[0], first), max(known[1], last))
    return list(spans.values())


def _without(request: Request, numbers: Set[str]) -> Request:
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
    note_skipped(((pk, SUPPRESSED.pack()) for _, pk in people), now)
