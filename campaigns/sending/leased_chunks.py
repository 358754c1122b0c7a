"""Leased chunks: those that one worker holds, and what of them is planned."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from datetime import time as dtime
from itertools import count

from django.utils import timezone

from campaigns.models import Campaign
from campaigns.models.campaign import CHUNK_SIZE
from providers.contract.gateway import Gateway
from providers.contract.messages import AccountAccess

from . import chunk_leases, quiet
from .batch_transaction import Rules
from .chunk_leases import Aside, Claim, Wanted
from .plan import Content, Member, Request, halves, only, plan

MOST_CHUNKS = 16
"""Leased at once by one worker, so that a crash does not make too many wait for their lease to end."""

AT_ONCE = 100
"""So many single requests are planned at a time: answers must not wait until a whole chunk is."""

RENEW_SECONDS = chunk_leases.LEASE.total_seconds() / 4
CLAIM_PAUSE_SECONDS = 0.25
"""How long after finding no more chunks before looking again while requests are still in flight."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The account's quiet hours, and the zone of numbers of which nobody knows where they are."""

    start: dtime | None
    end: dtime | None
    fallback_zone: str


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of the account's provider: whether good answers are news, the pauses in a row after passing
    refusals, and whether it has not answered well since the account was changed."""

    unwell: bool = False
    refusals: int = 0
    unproven: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """Everything about the campaign that sending needs. ``health`` is as it was when this was read.

    ``burst`` is how many recipients the campaign's own rate lets leave at once, None without a rate; ``read_at`` is
    when all this was read.
    """

    campaign: Campaign
    content: Content
    gateway: Gateway
    access: AccountAccess
    rules: Rules
    quiet: QuietHours
    health: Health
    read_at: datetime
    burst: int | None = None

    @property
    def parallel(self) -> int:
        return self.rules.limits.parallel

    @property
    def callees(self) -> int:
        most = self.gateway.callees_per_request(self.content.kind, self.access)
        return most if self.burst is None else min(most, self.burst)


@dataclass(slots=True)
class LeasedChunk:
    """A leased chunk: who of it is not planned yet, what is, and how many of its requests are out.

    ``stuck`` says that a request of it ended without an outcome, so that its lease must run out.
    """

    claim: Claim
    prefix: str
    unplanned: deque[Member]
    waiting: deque[Request] = field(default_factory=deque)
    serial: "count[int]" = field(default_factory=count)
    out: int = 0
    stuck: bool = False

    def next_reference(self) -> str:
        return f"{self.prefix}-{next(self.serial)}"

    @property
    def is_over(self) -> bool:
        return not (self.unplanned or self.waiting or self.out or self.stuck)


@dataclass
class LeasedChunks:
    """The chunks in hand. ``stranded`` is told how many people an earlier worker left in requests."""

    stranded: Callable[[int], None]
    _chunks: dict[int, LeasedChunk] = field(default_factory=dict)
    _renewed: float = field(default_factory=time.monotonic)
    _found_none: float = 0.0
    _judged: datetime | None = None

    @property
    def planned(self) -> int:
        return sum(len(chunk.waiting) for chunk in self._chunks.values())

    def of(self, claim: Claim) -> LeasedChunk | None:
        """Return the chunk if this very lease is still held, else None."""
        chunk = self._chunks.get(claim.chunk_id)
        return chunk if chunk and chunk.claim.token == claim.token else None

    def waiting(self) -> Iterator[Wanted]:
        """What is planned, in the order in which :meth:`use_up` takes it away."""
        return ((chunk.claim, request) for chunk in self._chunks.values() for request in chunk.waiting)

    def use_up(self, taken: int) -> None:
        for chunk in self._chunks.values():
            while taken and chunk.waiting:
                chunk.waiting.popleft()
                taken -= 1

    def halve(self, chunk: LeasedChunk, request: Request) -> None:
        """A refused group goes again in halves, before anything else of its chunk."""
        names = chunk.next_reference(), chunk.next_reference()
        chunk.waiting.extendleft(reversed(halves(request, names)))

    def renew(self) -> None:
        """Extend the leases when it is time. What somebody else has now is forgotten: nothing more of it is sent."""
        if not self._chunks or time.monotonic() - self._renewed < RENEW_SECONDS:
            return
        self._renewed = time.monotonic()
        ours = chunk_leases.renew([chunk.claim for chunk in self._chunks.values()], timezone.now())
        for chunk_id in set(self._chunks) - ours:
            del self._chunks[chunk_id]

    def keep_quiet(self, job: Job, now: datetime) -> None:
        """Set aside who fell asleep since they were planned: a slow campaign has a chunk in hand for an hour.

        Quiet hours begin with a minute, so it is enough to look once in each.
        """
        minute = now.replace(second=0, microsecond=0)
        if self._judged == minute:
            return
        self._judged = minute
        asides = [aside for chunk in self._chunks.values() for aside in _hushed(chunk, now, job.quiet)]
        if asides:
            chunk_leases.set_aside([chunk.claim for chunk in self._chunks.values()], asides, now)

    def refill(self, job: Job, in_flight: int) -> bool:
        """Keep a full round of requests planned beyond those in flight. False when there is nothing left to do."""
        self._plan_more(job)
        planned = self.planned
        missing = job.parallel - planned
        idle = not planned and not in_flight
        if (
            missing <= 0
            or any(chunk.unplanned for chunk in self._chunks.values())
            or (not idle and time.monotonic() - self._found_none < CLAIM_PAUSE_SECONDS)
        ):
            return True
        # The first request leaves after one chunk is read, however large the campaign.
        most = min(MOST_CHUNKS - len(self._chunks), -(-missing // max(1, CHUNK_SIZE // job.callees)))
        claims = chunk_leases.claim(job.campaign.pk, timezone.now(), most if self._chunks else 1) if most > 0 else []
        if claims:
            self._take(claims, job)
            self._plan_more(job)
        elif most > 0:
            self._found_none = time.monotonic()
        return bool(claims) or not idle

    def give_back_ended(self) -> None:
        """Release the chunks of which nothing is planned or out."""
        self._give_back([chunk for chunk in self._chunks.values() if chunk.is_over])

    def give_back_all(self) -> None:
        self._give_back([chunk for chunk in self._chunks.values() if not chunk.stuck])

    def _give_back(self, chunks: Sequence[LeasedChunk]) -> None:
        if chunks:
            chunk_leases.release([chunk.claim for chunk in chunks], timezone.now())
        for chunk in chunks:
            del self._chunks[chunk.claim.chunk_id]

    def _take(self, claims: Sequence[Claim], job: Job) -> None:
        now = timezone.now()
        stranded = sum(chunk_leases.settle_orphans(claim, now) for claim in claims if claim.orphaned)
        if stranded:
            self.stranded(stranded)
        due = chunk_leases.due(claims, now, variables=job.content.has_placeholders)
        for claim in claims:
            prefix = f"{job.campaign.reference}-{claim.prefix}"
            self._chunks[claim.chunk_id] = LeasedChunk(claim, prefix, deque(due[claim.chunk_id]))

    def _plan_more(self, job: Job) -> None:
        """Another portion if less than a full round is planned; a portion may be of people who are all skipped."""
        now = timezone.now()
        asides: list[Aside] = []
        for chunk in self._chunks.values():
            while chunk.unplanned and self.planned < job.parallel:
                asides += self._plan(chunk, job, now)
                if self.planned:
                    break
        if asides:
            chunk_leases.set_aside([chunk.claim for chunk in self._chunks.values()], asides, now)

    def _plan(self, chunk: LeasedChunk, job: Job, now: datetime) -> list[Aside]:
        many = max(AT_ONCE, job.parallel // 2) if job.callees == 1 else len(chunk.unplanned)
        members = [chunk.unplanned.popleft() for _ in range(min(many, len(chunk.unplanned)))]
        go, asides = _awake(members, now, job.quiet)
        planned = plan(go, job.content, job.gateway, job.access, chunk.prefix, most=job.burst, serial=chunk.serial)
        chunk.waiting.extend(planned.requests)
        return asides + [Aside(skip.member.id, skip.words) for skip in planned.skips]


def _hushed(chunk: LeasedChunk, now: datetime, hours: QuietHours) -> list[Aside]:
    """Take those out of what is planned whom quiet hours do not let go any more."""
    members = [member for request in chunk.waiting for member in request.members]
    awake, asides = _awake(members, now, hours)
    if asides:
        go = {member.id for member in awake}
        kept = (
            only(request, [place for place, one in enumerate(request.members) if one.id in go])
            for request in chunk.waiting
        )
        chunk.waiting = deque(request for request in kept if request.members)
    return asides


def _awake(members: Sequence[Member], now: datetime, hours: QuietHours) -> tuple[Sequence[Member], list[Aside]]:
    """Those whom quiet hours let go now, and the others until their morning."""
    numbers = [(member.id, member.number) for member in members]
    admission = quiet.split(numbers, now, hours.start, hours.end, hours.fallback_zone)
    if not admission.holds:
        return members, []
    go = set(admission.go)
    held = [Aside(hold.id, hold.words, hold.until) for hold in admission.holds]
    return [member for member in members if member.id in go], held
