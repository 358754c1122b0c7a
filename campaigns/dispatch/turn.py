"""One transaction of sending: what came back is settled, and what goes out next is written down before it leaves.

Order of locks: submissions, recipients, the account's gate, chunks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from campaigns.models import Submission, SubmissionState
from providers.contract.gateway import Frequency

from . import gate
from .evidence import write_evidence, write_late
from .holding import Hold
from .outcomes import Outcome
from .pace import Pace, Permit, permit, use, within
from .patience import patient
from .plan import Request, in_order, only, positions_text
from .settling import settling
from .sql import Statement, fetch_each, locked, moment, rows
from .store import Aside, Claim, write_aside
from .suppressing import looking_up, without_suppressed
from .uses import give_back, judge, reading, recent_in, using


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
    """What binds the requests of an account, and of a campaign with a schedule of its own."""

    limits: gate.Limits
    frequencies: tuple[Frequency, ...] = ()
    pace: Pace | None = None


@dataclass(slots=True)
class Turn:
    """What came of it. ``late`` are outcomes that moved nobody, ``taken`` how many of the wanted requests were used up.

    ``refused`` says that the database would not take an intent: the lease is lost, or the campaign no longer runs.
    ``again_at`` is when to ask for the rest; ``failures`` the requests without usable answer in a row, if it was looked
    at.
    """

    departures: list[Departure] = field(default_factory=list)
    taken: int = 0
    refused: bool = False
    again_at: datetime | None = None
    failures: int | None = None
    late: int = 0


Wanted = tuple[Claim, Request]
FREE = Permit(None)


def take_turn(
    settled: Sequence[Settled], wanted: Sequence[Wanted], rules: Rules, news: gate.News, now: datetime
) -> Turn:
    """Settle, then let out what may leave. Tried again while the database is away or busy: an answer that is not
    written down makes people unknown."""
    return _Try(settled, wanted, rules, news, now).take()


@dataclass(slots=True)
class _Try:
    """A turn that may have to be tried again, perhaps after a commit of which only the confirmation was lost."""

    settled: Sequence[Settled]
    wanted: Sequence[Wanted]
    rules: Rules
    news: gate.News
    now: datetime
    tried: bool = False

    @patient
    def take(self) -> Turn:
        done = committed(self.settled, self.wanted, self.now) if self.tried else None
        if done is not None:
            return done
        self.tried = True
        turn = Turn()
        with transaction.atomic():
            first = self._settle(turn) if self.settled else []
            if self.news.usable:
                turn.failures = gate.hear(self.rules.limits, self.news, self.now)
            if self.wanted:
                _let_out(turn, self.wanted, self.rules, first)
            else:
                fetch_each(first)
        return turn

    def _settle(self, turn: Turn) -> list[Statement]:
        """Close the intents. Returns what is left to be said about their people, before the gate is locked."""
        outcomes = {one.submission_id: one.outcome for one in self.settled}
        # Whoever takes an intent away first decides: this answer, or the one who found the worker gone.
        won = write_evidence(outcomes, self.now)
        turn.late = len(outcomes) - len(won)
        write_late({pk: outcome for pk, outcome in outcomes.items() if pk not in won}, self.now)
        first = settling({pk: outcomes[pk] for pk in won}, self.now)
        unused = _unused(self.settled) if self.rules.frequencies else []
        if not unused and not self.news.usable:
            return first
        fetch_each(first)
        for at, numbers in unused:
            gate.lock(self.rules.limits.account_id)
            give_back(self.rules.limits.account_id, numbers, at, self.now)
        return []


def committed(settled: Sequence[Settled], wanted: Sequence[Wanted], now: datetime) -> Turn | None:
    """What an earlier try has done after all, or None if nothing of it is there."""
    written = Submission.objects.filter(
        reference__in=[request.message.ref for _, request in wanted], state=SubmissionState.INTENT
    )
    found = {
        reference: (pk, positions) for pk, reference, positions in written.values_list("pk", "reference", "positions")
    }
    ended = Submission.objects.filter(pk__in=[one.submission_id for one in settled], finished_at=now)
    if not found and not ended.exists():
        return None
    turn = Turn()
    for place, (claim, request) in enumerate(wanted):
        if request.message.ref in found:
            pk, positions = found[request.message.ref]
            here = set(in_order(positions))
            kept = only(request, [at for at, member in enumerate(request.members) if member.position in here])
            turn.departures.append(Departure(pk, claim, kept, 0.0, now))
            turn.taken = place + 1
    return turn


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


def _let_out(turn: Turn, wanted: Sequence[Wanted], rules: Rules, first: Sequence[Statement]) -> None:
    room = gate.enter(rules.limits, len(wanted), first)
    turn.again_at, turn.failures = room.again_at, room.gate.failures
    permitted = permit(rules.pace, room.at) if rules.pace else FREE
    if permitted is not FREE:
        wanted = within(wanted, permitted)
        turn.again_at = _latest(turn.again_at, permitted.again_at)
    allowed: list[Wanted] = []
    asides: list[Aside] = []
    recent: dict[str, list[float]] = {}
    while len(allowed) < room.places and turn.taken < len(wanted):
        some = wanted[turn.taken : turn.taken + room.places - len(allowed)]
        turn.taken += len(some)
        allowed += _admitted(_to_be_reached(some, recent, rules, room.at), asides, recent, rules, room.at)
    if asides:
        write_aside(asides, room.at)
    if allowed:
        delays = gate.depart(room, rules.limits, len(allowed))
        numbers = (one.number for _, request in allowed for one in request.members)
        used = {number: recent[number] for number in numbers} if rules.frequencies else {}
        _write_intents(turn, allowed, delays, room.at, using(rules.limits.account_id, used, rules.frequencies, room.at))
        if rules.pace:
            leaving = sum(len(departure.request.members) for departure in turn.departures)
            turn.again_at = _latest(turn.again_at, use(rules.pace, permitted, leaving, room.at))
    if turn.refused:
        _take_back(turn, allowed, rules, room.at)


def _latest(*times: datetime | None) -> datetime | None:
    return max((time for time in times if time), default=None)


def _to_be_reached(
    some: Sequence[Wanted], recent: dict[str, list[float]], rules: Rules, now: datetime
) -> Sequence[Wanted]:
    """Without those whom a receipt of an earlier request has reached since they were planned, and the suppressed.

    Reads into *recent* when their numbers were used; what it knows of a number already is newer.
    """
    numbers = {member.number for _, request in some for member in request.members} if rules.frequencies else set()
    used = reading(rules.limits.account_id, numbers) if numbers else None
    suppressed, reached, lately = fetch_each([looking_up(some), _looking_for_reached(some), used])
    recent |= recent_in(lately) | recent
    left = _without({pk for (pk,) in reached}, some) if reached else some
    return without_suppressed(left, {number for (number,) in suppressed}, now)


def _looking_for_reached(some: Sequence[Wanted]) -> Statement | None:
    tried = [(member.id,) for _, request in some for member in request.members if member.attempts]
    if not tried:
        return None
    source, parameter = rows({"id": "bigint"}, tried)
    sql = f"""
        SELECT r.id FROM campaigns_recipient r JOIN {source} ON v.id = r.id WHERE r.state NOT IN ('pending', 'held')
    """  # noqa: S608
    return Statement(sql, [parameter])


def _without(ids: set[int], some: Sequence[Wanted]) -> list[Wanted]:
    kept = (
        (claim, only(request, [place for place, one in enumerate(request.members) if one.id not in ids]))
        for claim, request in some
    )
    return [(claim, request) for claim, request in kept if request.members]


def _take_back(turn: Turn, allowed: Sequence[Wanted], rules: Rules, now: datetime) -> None:
    """The uses of numbers whose intent was not taken."""
    left = {departure.request.message.ref for departure in turn.departures}
    unused = {one.number for _, request in allowed if request.message.ref not in left for one in request.members}
    if rules.frequencies and unused:
        give_back(rules.limits.account_id, unused, now, now)


def _admitted(
    some: Sequence[Wanted], asides: list[Aside], recent: dict[str, list[float]], rules: Rules, now: datetime
) -> Sequence[Wanted]:
    """Who keeps the limits per number, after those *recent* uses; the others are set aside until their time."""
    if not rules.frequencies:
        return some
    numbers = [(member.id, member.number) for _, request in some for member in request.members]
    admission = judge(recent, rules.frequencies, numbers, now)
    if not admission.holds:
        return some
    asides += map(_aside, admission.holds)
    return _without({hold.id for hold in admission.holds}, some)


def _aside(hold: Hold) -> Aside:
    return Aside(hold.id, hold.words, hold.until)


_INTENT = {
    "chunk": "bigint",
    "token": "int",
    "reference": "text",
    "positions": "text",
    "size": "int",
}


def _write_intents(
    turn: Turn, allowed: Sequence[Wanted], delays: Sequence[float], now: datetime, first: Sequence[Statement]
) -> None:
    """Fenced by the chunk's row: none for a lease that was lost or a campaign that no longer runs.

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
        JOIN campaigns_campaign k ON k.id = c.campaign_id AND k.state = 'running' {locked("FOR SHARE OF c")}
        RETURNING id, reference
    """  # noqa: S608
    *_, found = fetch_each([*first, Statement(sql, [moment(now), False, parameter])])
    written = {reference: pk for pk, reference in found}
    turn.refused = len(written) < len(allowed)
    for (claim, request), delay in zip(allowed, delays, strict=True):
        if request.message.ref in written:
            turn.departures.append(Departure(written[request.message.ref], claim, request, delay, now))
