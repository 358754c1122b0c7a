"""One transaction of sending: settle what came back, claim what goes out next before it leaves.

Order of locks: submissions, recipients, the account's gate, chunks.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from campaigns.models import Submission, SubmissionState
from campaigns.models.held import UNHELD
from notifyadmin.db.retry import retry_on_operational_error
from notifyadmin.db.sql import fetch_each, fetch_groups, locked, moment, rows
from notifyadmin.db.statement import Rows, Statement
from providers.contract.gateway import Frequency

from . import rate_limiter
from .admitting import Admitting
from .chunk_leases import Claim, Wanted, write_aside
from .evidence import closing, write_late
from .number_limits import give_back, using
from .outcomes import Outcome
from .pace import Pace, Permit, permit, use, within
from .plan import Request, in_order, only, positions_text
from .settling import settling


@dataclass(frozen=True, slots=True)
class Settled:
    """A request in flight that has its outcome."""

    submission_id: int
    claim: Claim
    request: Request
    outcome: Outcome
    at: datetime
    """When it was written down."""


@dataclass(frozen=True, slots=True)
class Departure:
    """A request that was written down ``at`` and may leave ``delay`` seconds later."""

    submission_id: int
    claim: Claim
    request: Request
    delay: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """What binds the requests of an account, and of the campaign *campaign_id*, perhaps with a schedule of its own."""

    limits: rate_limiter.Limits
    campaign_id: int
    frequencies: tuple[Frequency, ...] = ()
    pace: Pace | None = None


@dataclass(slots=True)
class Batch:
    """What came of it. ``late`` are outcomes that moved nobody, ``taken`` is how many of the wanted were used up.

    ``refused`` says that the database would not take an intent: the lease is lost, the campaign no longer runs, or all
    sending is held. ``again_at`` is when to ask for the rest; ``unwell`` whether good answers are news to the gate, and
    ``refusals`` its pauses in a row, if it was looked at. What is late is still to be kept (:func:`store_late`), after
    the departures have left.
    """

    departures: list[Departure] = field(default_factory=list)
    taken: int = 0
    refused: bool = False
    again_at: datetime | None = None
    unwell: bool | None = None
    refusals: int | None = None
    late: dict[int, Outcome] = field(default_factory=dict)


FREE = Permit(None)


def settle_and_claim(
    settled: Sequence[Settled], wanted: Sequence[Wanted], rules: Rules, news: rate_limiter.News, now: datetime
) -> Batch:
    """Settle, then let out what may leave. Tried again while the database is away or busy: an answer that is not
    written down makes people unknown."""
    return _Attempt(settled, wanted, rules, news, now).take()


@retry_on_operational_error
def store_late(late: Mapping[int, Outcome], now: datetime) -> None:
    """In a transaction of its own: who is late is known when the gate is locked, and submissions come before it."""
    with transaction.atomic():
        write_late(late, now)


@dataclass(slots=True)
class _Attempt:
    """A retryable transaction. Safe to repeat even if the first commit succeeded and only its confirmation was lost."""

    settled: Sequence[Settled]
    wanted: Sequence[Wanted]
    rules: Rules
    news: rate_limiter.News
    now: datetime
    tried: bool = False

    @retry_on_operational_error
    def take(self) -> Batch:
        done = committed(self.settled, self.wanted, self.now) if self.tried else None
        if done is not None:
            return done
        self.tried = True
        batch = Batch()
        with transaction.atomic():
            closed = self._transact(batch)
        batch.late = _late(self.settled, closed)
        return batch

    def _transact(self, batch: Batch) -> set[int]:
        """All of the transaction. Returns the ids of the intents that were open until now."""
        first = self._settling()
        closed: list[Rows] = []
        unused = _unused(self.settled) if self.rules.frequencies else []
        if unused or self.news.usable:
            closed, first = fetch_each(first), []
            self._tell(batch, unused)
        account_id = self.rules.limits.account_id
        admitting = Admitting(account_id, self.rules.frequencies)
        entering = rate_limiter.entering(account_id, self.rules.campaign_id) if self.wanted else []
        done, entered, seen = fetch_groups(first, entering, admitting.looking_ahead(self.wanted))
        if self.wanted:
            admitting.looked(seen)
            _let_out(
                batch,
                self.wanted,
                self.rules,
                rate_limiter.enter(self.rules.limits, len(self.wanted), entered),
                admitting,
            )
        return {pk for (pk,) in (closed or done)[0]} if self.settled else set()

    def _settling(self) -> list[Statement]:
        """The intents first, then their people, before the gate is locked."""
        if not self.settled:
            return []
        outcomes = {one.submission_id: one.outcome for one in self.settled}
        return [closing(outcomes, self.now), *settling(outcomes, self.now)]

    def _tell(self, batch: Batch, unused: Sequence[tuple[datetime, set[str]]]) -> None:
        for at, numbers in unused:
            rate_limiter.lock(self.rules.limits.account_id)
            give_back(self.rules.limits.account_id, numbers, at, self.now)
        if self.news.usable:
            batch.unwell = rate_limiter.hear(self.rules.limits, self.news, self.now)


def committed(settled: Sequence[Settled], wanted: Sequence[Wanted], now: datetime) -> Batch | None:
    """What an earlier try has done after all, or None if nothing of it is there."""
    written = Submission.objects.filter(
        reference__in=[request.message.ref for _, request in wanted], state=SubmissionState.INTENT
    )
    found = {
        reference: (pk, positions) for pk, reference, positions in written.values_list("pk", "reference", "positions")
    }
    ids = [one.submission_id for one in settled]
    ended = set(Submission.objects.filter(pk__in=ids, finished_at=now).values_list("pk", flat=True))
    if not found and not ended:
        return None
    batch = Batch(late=_late(settled, ended))
    for place, (claim, request) in enumerate(wanted):
        if request.message.ref in found:
            pk, positions = found[request.message.ref]
            here = set(in_order(positions))
            kept = only(request, [at for at, member in enumerate(request.members) if member.position in here])
            batch.departures.append(Departure(pk, claim, kept, 0.0, now))
            batch.taken = place + 1
    return batch


def _late(settled: Sequence[Settled], closed: Set[int]) -> dict[int, Outcome]:
    return {one.submission_id: one.outcome for one in settled if one.submission_id not in closed}


def _unused(settled: Sequence[Settled]) -> list[tuple[datetime, set[str]]]:
    """What never left, or was refused as a whole or for just that limit, is no use of a number: by time of the use."""
    unused = []
    for one in settled:
        numbers = {number for _, number in one.outcome.learned}
        if one.outcome.state in (SubmissionState.NOT_SENT, SubmissionState.REFUSED):
            numbers = {member.number for member in one.request.members}
        if numbers:
            unused.append((one.at, numbers))
    return unused


def _let_out(
    batch: Batch, wanted: Sequence[Wanted], rules: Rules, room: rate_limiter.Room, admitting: Admitting
) -> None:
    batch.again_at = room.again_at
    batch.unwell, batch.refusals = room.gate.is_unwell, room.gate.passing_refusals
    permitted = permit(rules.pace, room.at) if rules.pace else FREE
    if permitted is not FREE:
        wanted = within(wanted, permitted)
        batch.again_at = _latest(batch.again_at, permitted.again_at)
    allowed: list[Wanted] = []
    while len(allowed) < room.places and batch.taken < len(wanted):
        some = wanted[batch.taken : batch.taken + room.places - len(allowed)]
        batch.taken += len(some)
        allowed += admitting.admit(some, room.at)
    if room.places and batch.taken == len(wanted) and not rules.limits.per_second:
        # All had to wait for something else, and nobody is left who waits for a place.
        batch.again_at = permitted.again_at
    if admitting.asides:
        write_aside(admitting.asides, room.at)
    if allowed:
        delays = rate_limiter.depart(room, rules.limits, len(allowed))
        numbers = (one.number for _, request in allowed for one in request.members)
        used = {number: admitting.recent[number] for number in numbers} if rules.frequencies else {}
        _write_intents(
            batch, allowed, delays, room.at, using(rules.limits.account_id, used, rules.frequencies, room.at)
        )
        if rules.pace:
            leaving = sum(len(departure.request.members) for departure in batch.departures)
            batch.again_at = _latest(batch.again_at, use(rules.pace, permitted, leaving, room.at))
    if batch.refused:
        _take_back(batch, allowed, rules, room.at)


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time), default=None)


def _take_back(batch: Batch, allowed: Sequence[Wanted], rules: Rules, now: datetime) -> None:
    """The uses of numbers whose intent was not taken."""
    left = {departure.request.message.ref for departure in batch.departures}
    unused = {one.number for _, request in allowed if request.message.ref not in left for one in request.members}
    if rules.frequencies and unused:
        give_back(rules.limits.account_id, unused, now, now)


_INTENT = {
    "chunk": "bigint",
    "token": "int",
    "reference": "text",
    "positions": "text",
    "size": "int",
}


def _write_intents(
    batch: Batch, allowed: Sequence[Wanted], delays: Sequence[float], now: datetime, first: Sequence[Statement]
) -> None:
    """Fenced by the chunk's row: none for a lease that was lost or a campaign that no longer runs, and none at all
    while sending is held.

    *first* goes to the database before.
    """
    values = [
        (claim.chunk_id, claim.token, request.message.ref, positions_text(request.members), len(request.members))
        for claim, request in allowed
    ]
    source, parameter = rows(_INTENT, values)
    sql = f"""
        INSERT INTO campaigns_submission (reference, campaign_id, chunk_id, token, positions, size, state, started_at,
            http_status, operation, code, raw, words, request, response, late)
        SELECT v.reference, c.campaign_id, c.id, v.token, v.positions, v.size, 'intent', %s,
            0, '', '', '', '', '', '', %s
        FROM {source} JOIN campaigns_chunk c ON c.id = v.chunk AND c.token = v.token
        JOIN campaigns_campaign k ON k.id = c.campaign_id AND k.state = 'running'
        WHERE {UNHELD} {locked("FOR SHARE OF c")}
        RETURNING id, reference
    """  # noqa: S608
    *_, found = fetch_each([*first, Statement(sql, [moment(now), False, parameter])])
    written = {reference: pk for pk, reference in found}
    batch.refused = len(written) < len(allowed)
    for (claim, request), delay in zip(allowed, delays, strict=True):
        if request.message.ref in written:
            batch.departures.append(Departure(written[request.message.ref], claim, request, delay, now))
