"""Leases of chunks: claim them, read who is due, defer or skip people, release them.

Who waits (pending or held) in a leased chunk belongs to the worker that holds it. While a request is in flight its
recipients still stand as waiting; the submission's intent covers them. Nothing here talks to a provider.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from campaigns.models import Submission, SubmissionState
from campaigns.models.statuses import CampaignState, RecipientState
from notifyadmin.db.retry import retry_on_operational_error
from notifyadmin.db.sql import execute, fetch, has_row_locks, locked, moment, rows, time_parameter
from providers.contract.words import Words, gettext_noop

from .plan import Member, Request, in_order
from .recipient_events import note_held, note_skipped
from .window import is_open_at

LEASE = timedelta(seconds=settings.DISPATCH_LEASE_SECONDS)

ORPHANED = Words(
    gettext_noop(
        "The worker stopped after this request may have left and before its answer was stored. "
        "The provider may or may not have taken it, so it is not sent again by itself."
    )
)


class Claim(NamedTuple):
    """A chunk under lease. ``token`` fences every write; ``orphaned`` says that an earlier lease was not given back."""

    chunk_id: int
    campaign_id: int
    number: int
    first: int
    last: int
    token: int
    orphaned: bool

    @property
    def prefix(self) -> str:
        """Unique within the campaign, because every lease of a chunk has a new token."""
        return f"{self.number}-{self.token}"


Wanted = tuple[Claim, Request]
"""A request that is to be made for a chunk of ours."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A waiting recipient that is not sent to now (``held`` with ``until``) or never (``skipped``)."""

    id: int
    words: Words
    until: datetime | None = None


@retry_on_operational_error
def claim(campaign_id: int, now: datetime, most: int = 1) -> list[Claim]:
    """Lease up to *most* of the running campaign's chunks that have something to do. One statement."""
    at = moment(now)
    condition = """c.campaign_id = %s AND k.state = %s AND c.next_attempt_at <= %s
        AND (c.lease_until IS NULL OR c.lease_until < %s) ORDER BY c.next_attempt_at, c.number"""
    return _lease(condition, [campaign_id, CampaignState.RUNNING, at, at], now, most)


@retry_on_operational_error
def claim_abandoned(now: datetime, most: int = 50) -> list[Claim]:
    """Lease chunks whose worker vanished, so that nobody in them waits until a worker comes to that chunk."""
    condition = "(c.lease_until < %s OR (c.orphaned AND c.lease_until IS NULL)) ORDER BY c.lease_until, c.id"
    return _lease(condition, [moment(now)], now, most)


@retry_on_operational_error
def has_worker(campaign_id: int, now: datetime) -> bool:
    """Whether somebody holds a chunk of the campaign."""
    sql = "SELECT EXISTS (SELECT 1 FROM campaigns_chunk WHERE campaign_id = %s AND lease_until >= %s)"
    return bool(fetch(sql, [campaign_id, moment(now)])[0][0])


@retry_on_operational_error
def others_wait(campaign_id: int, now: datetime) -> bool:
    """Whether another running campaign has something to do, may send now, and has no worker at all."""
    sql = """
        SELECT k.time_zone, k.window_days, k.window_from, k.window_until FROM campaigns_campaign k
            WHERE k.state = %s AND k.id <> %s
            AND EXISTS (SELECT 1 FROM campaigns_chunk c WHERE c.campaign_id = k.id AND c.next_attempt_at <= %s)
            AND NOT EXISTS (SELECT 1 FROM campaigns_chunk c WHERE c.campaign_id = k.id AND c.lease_until >= %s)
            AND NOT EXISTS (SELECT 1 FROM campaigns_gate g JOIN providers_account a ON a.id = g.account_id
                WHERE g.account_id = k.account_id AND (g.rest_until > %s
                    OR (g.failures >= a.breaker_failures AND g.open_until > %s)))
            AND NOT EXISTS (SELECT 1 FROM campaigns_pace p WHERE p.campaign_id = k.id AND p.next_at > %s)
    """
    at = moment(now)
    waiting = fetch(sql, [CampaignState.RUNNING, campaign_id, at, at, at, at, at])
    return any(is_open_at(now, *schedule) for schedule in waiting)


def _lease(condition: str, values: list[Any], now: datetime, most: int) -> list[Claim]:
    sql = f"""
        WITH free AS MATERIALIZED (
            SELECT c.id FROM campaigns_chunk c JOIN campaigns_campaign k ON k.id = c.campaign_id
            WHERE {condition} LIMIT %s {locked("FOR UPDATE OF c SKIP LOCKED")})
        UPDATE campaigns_chunk SET token = token + 1, orphaned = orphaned OR lease_until IS NOT NULL, lease_until = %s
        WHERE id IN (SELECT id FROM free)
        RETURNING id, campaign_id, number, "first", "last", token, orphaned
    """  # noqa: S608
    claims = [Claim(*row) for row in fetch(sql, [*values, most, moment(now + LEASE)])]
    return sorted(claims, key=lambda claim: claim.number)


@retry_on_operational_error
def renew(claims: Collection[Claim], now: datetime) -> set[int]:
    """Extend the leases; returns the ids of the chunks that are still ours."""
    source, parameter = rows(_HELD, [(claim.chunk_id, claim.token) for claim in claims])
    sql = f"""
        UPDATE campaigns_chunk SET lease_until = %s FROM {source}
        WHERE campaigns_chunk.id = v.id AND campaigns_chunk.token = v.token RETURNING campaigns_chunk.id
    """  # noqa: S608
    return {row[0] for row in fetch(sql, [moment(now + LEASE), parameter])}


_HELD = {"id": "bigint", "token": "int"}


@retry_on_operational_error
def settle_orphans(claim: Claim, now: datetime) -> int:
    """Mark as unknown whoever an earlier lease left in the middle of a request. Returns how many that are."""
    with transaction.atomic():
        if not execute(
            "UPDATE campaigns_chunk SET orphaned = %s WHERE id = %s AND token = %s",
            [False, claim.chunk_id, claim.token],
        ):
            return 0
        left = Submission.objects.select_for_update().filter(
            chunk_id=claim.chunk_id, state=SubmissionState.INTENT, token__lt=claim.token
        )
        orphans = dict(left.values_list("pk", "positions"))
        Submission.objects.filter(pk__in=orphans).update(
            state=SubmissionState.UNKNOWN, words=ORPHANED.pack(), finished_at=now
        )
        return _strand(claim.campaign_id, orphans, now)


def _strand(campaign_id: int, orphans: dict[int, str], now: datetime) -> int:
    values = [(position, pk) for pk, positions in orphans.items() for position in in_order(positions)]
    source, parameter = rows({"position": "int", "submission": "bigint"}, values)
    sql = f"""
        UPDATE campaigns_recipient AS r SET state = %s, reason = %s, submission_id = v.submission, held_until = NULL,
            attempts = attempts + 1, changed_at = %s
        FROM {source} WHERE r.campaign_id = %s AND r.position = v.position AND r.state IN ('pending', 'held')
    """  # noqa: S608
    unknown = [RecipientState.UNKNOWN, ORPHANED.pack(), moment(now), parameter, campaign_id]
    return execute(sql, unknown) if values else 0


@retry_on_operational_error
def due(claims: Sequence[Claim], now: datetime, *, variables: bool = True) -> dict[int, list[Member]]:
    """Per chunk its recipients that may be submitted now, in the order of their positions. One statement.

    The claims are of one campaign. Without *variables* they are not read, for a content that names none.
    """
    ranges = _joined(claims)
    places = " OR ".join(["r.position BETWEEN %s AND %s"] * len(ranges))
    sql = f"""
        SELECT r.id, r.position, r.number, {"r.variables" if variables else "'{}'"}, r.attempts
        FROM campaigns_recipient r
        WHERE r.campaign_id = %s AND ({places}) AND r.state IN ('pending', 'held')
            AND (r.held_until IS NULL OR r.held_until <= %s)
        ORDER BY r.position
    """  # noqa: S608
    values = [claims[0].campaign_id, *(end for pair in ranges for end in pair), moment(now)]
    members = [
        Member(pk, position, number, {} if written == "{}" else json.loads(written), attempts)
        for pk, position, number, written, attempts in fetch(sql, values)
    ]
    at = attrgetter("position")
    return {
        claim.chunk_id: members[bisect_left(members, claim.first, key=at) : bisect_right(members, claim.last, key=at)]
        for claim in claims
    }


def _joined(claims: Sequence[Claim]) -> list[tuple[int, int]]:
    """The chunks' positions as ranges, neighbours together."""
    ranges: list[tuple[int, int]] = []
    for claim in sorted(claims, key=lambda claim: claim.first):
        if ranges and ranges[-1][1] + 1 == claim.first:
            ranges[-1] = (ranges[-1][0], claim.last)
        else:
            ranges.append((claim.first, claim.last))
    return ranges


@retry_on_operational_error
def set_aside(claims: Sequence[Claim], people: Sequence[Aside], now: datetime) -> None:
    """Hold or skip recipients of *claims*, with the reason."""
    with transaction.atomic():
        if renew(claims, now) == {claim.chunk_id for claim in claims}:
            write_aside(people, now)


def write_aside(people: Sequence[Aside], now: datetime) -> None:
    """:func:`set_aside` within a transaction that has proven the lease."""
    source, parameter = rows(
        {"id": "bigint", "state": "text", "reason": "text", "until": "timestamptz"},
        [(one.id, "held" if one.until else "skipped", one.words.pack(), one.until) for one in people],
    )
    at = moment(now)
    sql = f"""
        UPDATE campaigns_recipient AS r SET state = v.state, reason = v.reason, held_until = v.until, changed_at = %s,
            settled_at = CASE WHEN v.state = 'skipped' THEN {time_parameter()} ELSE r.settled_at END
        FROM {source} WHERE r.id = v.id AND r.state IN ('pending', 'held')
    """  # noqa: S608
    execute(sql, [at, at, parameter])
    note_held(((one.id, one.words.pack(), one.until) for one in people if one.until), now)
    note_skipped(((one.id, one.words.pack()) for one in people if not one.until), now)


@retry_on_operational_error
def release(claims: Collection[Claim], now: datetime) -> None:
    """Give the chunks back, each with the time at which it next has something to do, or none.

    One with an open intent is marked, so that its next owner looks after it.
    """
    source, parameter = rows(_HELD, [(claim.chunk_id, claim.token) for claim in claims])
    sql = f"""
        UPDATE campaigns_chunk AS c SET lease_until = NULL, orphaned = EXISTS (
                SELECT 1 FROM campaigns_submission s
                WHERE s.campaign_id = c.campaign_id AND s.chunk_id = c.id AND s.state = 'intent'),
            next_attempt_at = (
            SELECT MIN(CASE WHEN r.state = 'held' AND r.held_until > %s THEN r.held_until ELSE {time_parameter()} END)
            FROM campaigns_recipient r
            WHERE r.campaign_id = c.campaign_id AND r.position BETWEEN c."first" AND c."last"
                AND r.state IN ('pending', 'held'))
        FROM {source} WHERE c.id = v.id AND c.token = v.token
    """  # noqa: S608
    at = moment(now)
    with transaction.atomic():
        _lock_chunks(claims)
        execute(sql, [at, at, parameter])


def _lock_chunks(claims: Collection[Claim]) -> None:
    """Before who waits is looked for: somebody who holds a row may be about to make people wait in it."""
    if has_row_locks():
        fetch(
            "SELECT id FROM campaigns_chunk WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [[claim.chunk_id for claim in claims]],
        )


@retry_on_operational_error
def cancel_chunks(campaign_id: int, now: datetime, most: int = 50) -> int:
    """Cancel who waits in up to *most* chunks that no worker holds; returns how many chunks that were."""
    free = f"""SELECT id, "first", "last" FROM campaigns_chunk
        WHERE campaign_id = %s AND next_attempt_at IS NOT NULL AND lease_until IS NULL AND NOT orphaned
        LIMIT %s {locked("FOR UPDATE SKIP LOCKED")}"""  # noqa: S608
    with transaction.atomic():
        chunks = fetch(free, [campaign_id, most])
        source, parameter = rows({"id": "bigint", "a": "int", "z": "int"}, chunks)
        people = f"""
            UPDATE campaigns_recipient AS r SET state = 'cancelled', held_until = NULL, changed_at = %s FROM {source}
            WHERE r.campaign_id = %s AND r.position BETWEEN v.a AND v.z AND r.state IN ('pending', 'held')
        """  # noqa: S608
        if chunks:
            execute(people, [moment(now), parameter, campaign_id])
            done = f"UPDATE campaigns_chunk SET next_attempt_at = NULL FROM {source} WHERE campaigns_chunk.id = v.id"  # noqa: S608
            execute(done, [parameter])
    return len(chunks)
