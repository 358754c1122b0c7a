"""What dispatch reads and writes. Every write is fenced: without the current lease token it changes nothing.

Order of locks in every transaction: chunk, recipients, submissions. Nothing here talks to a provider.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from campaigns.models import Recipient, Submission, SubmissionState
from campaigns.statuses import SENDABLE_STATES, CampaignState, RecipientState
from providers.contract.words import Words, gettext_noop

from .evidence import keep_ids, write_evidence
from .outcomes import Outcome, RecipientOutcome
from .patience import patient
from .plan import Member, Request, Skip, positions_text
from .sql import moment, rows, skip_locked, time_parameter

LEASE = timedelta(seconds=settings.DISPATCH_LEASE_SECONDS)

ORPHANED = Words(
    gettext_noop(
        "The worker stopped after this request may have left and before its answer was stored. "
        "The provider may or may not have taken it, so it is not sent again by itself."
    )
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A chunk under lease. ``token`` fences every write."""

    chunk_id: int
    campaign_id: int
    number: int
    first: int
    last: int
    token: int

    @property
    def prefix(self) -> str:
        """Unique within the campaign, because every lease of a chunk has a new token."""
        return f"{self.number}-{self.token}"


def claim(campaign_id: int, now: datetime) -> Claim | None:
    """Lease the running campaign's next chunk that has something to do, or None. One statement."""
    at = moment(now)
    condition = """c.campaign_id = %s AND k.state = %s AND c.next_attempt_at <= %s
        AND (c.lease_until IS NULL OR c.lease_until < %s) ORDER BY c.next_attempt_at, c.number"""
    return _lease(condition, [campaign_id, CampaignState.RUNNING, at, at], now)


def claim_abandoned(now: datetime) -> Claim | None:
    """Lease a chunk whose worker vanished and whose campaign no longer runs, so that nobody in it is forgotten."""
    condition = "k.state <> %s AND c.lease_until < %s ORDER BY c.lease_until"
    return _lease(condition, [CampaignState.RUNNING, moment(now)], now)


def _lease(condition: str, values: list[Any], now: datetime) -> Claim | None:
    sql = f"""
        UPDATE campaigns_chunk SET token = token + 1, lease_until = %s
        WHERE id = (
            SELECT c.id FROM campaigns_chunk c JOIN campaigns_campaign k ON k.id = c.campaign_id
            WHERE {condition} LIMIT 1 {skip_locked()}
        )
        RETURNING id, campaign_id, number, "first", "last", token
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment(now + LEASE), *values])
        row = cursor.fetchone()
    return Claim(*row) if row else None


def settle_orphans(claim: Claim, now: datetime) -> int:
    """Mark as unknown whoever an earlier lease left in the middle of a request. Returns how many."""
    with transaction.atomic():
        if not _extend(claim, now):
            return 0
        orphans = Submission.objects.filter(chunk_id=claim.chunk_id, state=SubmissionState.INTENT)
        orphans.filter(token__lt=claim.token).update(
            state=SubmissionState.UNKNOWN, words=ORPHANED.pack(), finished_at=now
        )
        stranded = _members(claim).filter(state=RecipientState.SUBMITTING)
        return stranded.update(state=RecipientState.UNKNOWN, reason=ORPHANED.pack(), changed_at=now)


def due(claim: Claim, now: datetime) -> list[Member]:
    """The chunk's recipients that may be submitted now, in the order of their positions."""
    waiting = _members(claim).filter(state__in=SENDABLE_STATES).order_by("position")
    values = waiting.values_list("id", "position", "number", "variables", "held_until", named=False)
    return [Member(*row[:4]) for row in values.iterator(2000) if row[4] is None or row[4] <= now]


def skip(claim: Claim, skips: Sequence[Skip], now: datetime) -> None:
    """Take recipients out that must not be sent to, with the reason."""
    outcomes = [RecipientOutcome(skip.member.id, RecipientState.SKIPPED, reason=skip.words.pack()) for skip in skips]
    with transaction.atomic():
        if _extend(claim, now):
            _write_outcomes(outcomes, now, from_states=[state.value for state in SENDABLE_STATES])


def write_intents(claim: Claim, requests: Sequence[Request], now: datetime) -> list[Submission] | None:
    """Commit what is about to be sent. None when the lease is lost, the campaign stopped or a recipient moved."""
    with transaction.atomic():
        if not _extend(claim, now, only_running=True):
            return None
        submissions = Submission.objects.bulk_create([_submission(claim, request, now) for request in requests])
        moved = _move_to_submitting(submissions, requests, now)
        if moved != sum(len(request.members) for request in requests):
            transaction.set_rollback(True)
            return None
    return submissions


@patient
def settle(claim: Claim, settled: Sequence[tuple[Submission, Outcome]], now: datetime) -> bool:
    """Write what the answers mean. False when the lease was lost: then only the evidence is kept.

    Tried again while the database is away or busy: an answer that is not written down makes people unknown.
    """
    with transaction.atomic():
        fenced = _extend(claim, now)
        if fenced:
            outcomes = [row for _, outcome in settled for row in outcome.recipients]
            _write_outcomes(outcomes, now, from_states=[RecipientState.SUBMITTING])
        else:
            keep_ids(settled)
        write_evidence(settled, now, late=not fenced)
    return fenced


def release(claim: Claim, now: datetime, not_before: datetime | None = None) -> None:
    """Give the chunk back with the time at which it next has something to do, or none.

    With *not_before* the provider asked for a pause, and the campaign's other chunks rest until then as well.
    """
    if not_before:
        _rest(claim.campaign_id, now, not_before)
    sql = f"""
        UPDATE campaigns_chunk SET lease_until = NULL, next_attempt_at = (
            SELECT MIN(CASE WHEN r.state = 'held' AND r.held_until > %s THEN r.held_until ELSE {time_parameter()} END)
            FROM campaigns_recipient r
            WHERE r.campaign_id = %s AND r.position BETWEEN %s AND %s AND r.state IN ('pending', 'held'))
        WHERE id = %s AND token = %s
    """  # noqa: S608
    at = moment(max(now, not_before or now))
    with connection.cursor() as cursor:
        cursor.execute(sql, [at, at, claim.campaign_id, claim.first, claim.last, claim.chunk_id, claim.token])


def _rest(campaign_id: int, now: datetime, until: datetime) -> None:
    sql = f"""
        UPDATE campaigns_chunk SET next_attempt_at = %s WHERE id IN (
            SELECT c.id FROM campaigns_chunk c WHERE c.campaign_id = %s AND c.next_attempt_at < %s
            AND (c.lease_until IS NULL OR c.lease_until < %s) {skip_locked()})
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment(until), campaign_id, moment(until), moment(now)])


def _members(claim: Claim) -> QuerySet[Recipient]:
    return Recipient.objects.filter(campaign_id=claim.campaign_id, position__range=(claim.first, claim.last))


def _extend(claim: Claim, now: datetime, *, only_running: bool = False) -> bool:
    """The fence: lock the chunk row, prove the token, and extend the lease while at it."""
    running = " AND EXISTS (SELECT 1 FROM campaigns_campaign k WHERE k.id = campaign_id AND k.state = 'running')"
    sql = "UPDATE campaigns_chunk SET lease_until = %s WHERE id = %s AND token = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql + (running if only_running else ""), [moment(now + LEASE), claim.chunk_id, claim.token])
        return bool(cursor.rowcount == 1)


def _submission(claim: Claim, request: Request, now: datetime) -> Submission:
    return Submission(
        reference=request.message.ref,
        campaign_id=claim.campaign_id,
        chunk_id=claim.chunk_id,
        token=claim.token,
        positions=positions_text(request.members),
        size=len(request.members),
        started_at=now,
    )


def _move_to_submitting(submissions: Sequence[Submission], requests: Sequence[Request], now: datetime) -> int:
    pairs = [
        (member.id, submission.id)
        for submission, request in zip(submissions, requests, strict=True)
        for member in request.members
    ]
    source, parameter = rows({"id": "bigint", "submission": "bigint"}, pairs)
    sql = f"""
        UPDATE campaigns_recipient SET state = 'submitting', submission_id = v.submission, attempts = attempts + 1,
            held_until = NULL, reason = '', code = '', raw = '', failure = '', changed_at = %s
        FROM {source}
        WHERE campaigns_recipient.id = v.id AND campaigns_recipient.state IN ('pending', 'held')
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [moment(now), parameter])
        return int(cursor.rowcount)


_OUTCOME_COLUMNS = {
    "id": "bigint",
    "state": "text",
    "reason": "text",
    "code": "text",
    "raw": "text",
    "failure": "text",
    "provider_id": "text",
    "held_until": "timestamptz",
}


def _write_outcomes(outcomes: Sequence[RecipientOutcome], now: datetime, from_states: Sequence[str]) -> None:
    """One statement for all. Whoever a receipt has settled already keeps that state and only gains the id."""
    if not outcomes:
        return
    values = [
        (row.id, row.state, row.reason, row.code, row.raw, row.failure, row.provider_id, row.held_until)
        for row in outcomes
    ]
    source, parameter = rows(_OUTCOME_COLUMNS, values)
    states = ", ".join(["%s"] * len(from_states))
    moves = ", ".join(
        f"{column} = CASE WHEN r.state IN ({states}) THEN v.{column} ELSE r.{column} END"
        for column in ("state", "reason", "code", "raw", "failure", "held_until")
    )
    sql = f"""
        UPDATE campaigns_recipient AS r SET {moves},
            provider_id = CASE WHEN v.provider_id <> '' THEN v.provider_id ELSE r.provider_id END,
            submitted_at = CASE WHEN v.state = 'submitted' THEN {time_parameter()} ELSE r.submitted_at END,
            settled_at = CASE WHEN r.settled_at IS NULL AND v.state IN ('rejected', 'skipped') THEN {time_parameter()}
                ELSE r.settled_at END,
            changed_at = %s
        FROM {source} WHERE r.id = v.id
    """  # noqa: S608
    at = moment(now)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(state for _ in range(6) for state in from_states), at, at, at, parameter])
