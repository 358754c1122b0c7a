"""The chunks that one worker holds, and what of them is planned."""

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

from . import quiet, store
from .plan import Content, Member, Request, halves, only, plan
from .store import Aside, Claim, Wanted
from .turn import Rules

MOST_CHUNKS = 16
"""Leased at once by one worker, so that a crash does not make too many wait for their lease to end."""

AT_ONCE = 100
"""So many single requests are planned at a time: answers must not wait until a whole chunk is."""

RENEW_SECONDS = store.LEASE.total_seconds() / 4
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
class Work:
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
class Works:
    """The chunks in hand. ``stranded`` is told how many people an earlier worker left in requests."""

    stranded: Callable[[int], None]
    _works: dict[int, Work] = field(default_factory=dict)
    _renewed: float = field(default_factory=time.monotonic)
    _found_none: float = 0.0
    _judged: datetime | None = None

    @property
    def planned(self) -> int:
        return sum(len(work.waiting) for work in self._works.values())

    def of(self, claim: Claim) -> Work | None:
        """The work under this very lease: the chunk may have been lost, and taken again under another."""
        work = self._works.get(claim.chunk_id)
        return work if work and work.claim.token == claim.token else None

    def waiting(self) -> Iterator[Wanted]:
        """What is planned, in the order in which :meth:`use_up` takes it away."""
        return ((work.claim, request) for work in self._works.values() for request in work.waiting)

    def use_up(self, taken: int) -> None:
        for work in self._works.values():
            while taken and work.waiting:
                work.waiting.popleft()
                taken -= 1

    def halve(self, work: Work, request: Request) -> None:
        """A refused group goes again in halves, before anything else of its chunk."""
        names = work.next_reference(), work.next_reference()
        work.waiting.extendleft(reversed(halves(request, names)))

    def renew(self) -> None:
        """Extend the leases when it is time. What somebody else has now is forgotten: nothing more of it is sent."""
        if not self._works or time.monotonic() - self._renewed < RENEW_SECONDS:
            return
        self._renewed = time.monotonic()
        ours = store.renew([work.claim for work in self._works.values()], timezone.now())
        for chunk_id in set(self._works) - ours:
            del self._works[chunk_id]

    def keep_quiet(self, job: Job, now: datetime) -> None:
        """Set aside who fell asleep since they were planned: a slow campaign has a chunk in hand for an hour.

        Quiet hours begin with a minute, so it is enough to look once in each.
        """
        minute = now.replace(second=0, microsecond=0)
        if self._judged == minute:
            return
        self._judged = minute
        asides = [aside for work in self._works.values() for aside in _hushed(work, now, job.quiet)]
        if asides:
            store.set_aside([work.claim for work in self._works.values()], asides, now)

    def refill(self, job: Job, in_flight: int) -> bool:
        """Keep a full round of requests planned beyond those in flight. False when there is nothing left to do."""
        self._plan_more(job)
        planned = self.planned
        missing = job.parallel - planned
        idle = not planned and not in_flight
        if (
            missing <= 0
            or any(work.unplanned for work in self._works.values())
            or (not idle and time.monotonic() - self._found_none < CLAIM_PAUSE_SECONDS)
        ):
            return True
        # The first request leaves after one chunk is read, however large the campaign.
        most = min(MOST_CHUNKS - len(self._works), -(-missing // max(1, CHUNK_SIZE // job.callees)))
        claims = store.claim(job.campaign.pk, timezone.now(), most if self._works else 1) if most > 0 else []
        if claims:
            self._take(claims, job)
            self._plan_more(job)
        elif most > 0:
            self._found_none = time.monotonic()
        return bool(claims) or not idle

    def give_back_ended(self) -> None:
        """Release the chunks of which nothing is planned or out."""
        self._give_back([work for work in self._works.values() if work.is_over])

    def give_back_all(self) -> None:
        self._give_back([work for work in self._works.values() if not work.stuck])

    def _give_back(self, works: Sequence[Work]) -> None:
        if works:
            store.release([work.claim for work in works], timezone.now())
        for work in works:
            del self._works[work.claim.chunk_id]

    def _take(self, claims: Sequence[Claim], job: Job) -> None:
        now = timezone.now()
        stranded = sum(store.settle_orphans(claim, now) for claim in claims if claim.orphaned)
        if stranded:
            self.stranded(stranded)
        due = store.due(claims, now, variables=job.content.has_placeholders)
        for claim in claims:
            prefix = f"{job.campaign.reference}-{claim.prefix}"
            self._works[claim.chunk_id] = Work(claim, prefix, deque(due[claim.chunk_id]))

    def _plan_more(self, job: Job) -> None:
        """Another portion if less than a full round is planned; a portion may be of people who are all skipped."""
        now = timezone.now()
        asides: list[Aside] = []
        for work in self._works.values():
            while work.unplanned and self.planned < job.parallel:
                asides += self._plan(work, job, now)
                if self.planned:
                    break
        if asides:
            store.set_aside([work.claim for work in self._works.values()], asides, now)

    def _plan(self, work: Work, job: Job, now: datetime) -> list[Aside]:
        many = max(AT_ONCE, job.parallel // 2) if job.callees == 1 else len(work.unplanned)
        members = [work.unplanned.popleft() for _ in range(min(many, len(work.unplanned)))]
        go, asides = _awake(members, now, job.quiet)
        planned = plan(go, job.content, job.gateway, job.access, work.prefix, most=job.burst, serial=work.serial)
        work.waiting.extend(planned.requests)
        return asides + [Aside(skip.member.id, skip.words) for skip in planned.skips]


def _hushed(work: Work, now: datetime, hours: QuietHours) -> list[Aside]:
    """Take those out of what is planned whom quiet hours do not let go any more."""
    members = [member for request in work.waiting for member in request.members]
    awake, asides = _awake(members, now, hours)
    if asides:
        go = {member.id for member in awake}
        kept = (
            only(request, [place for place, one in enumerate(request.members) if one.id in go])
            for request in work.waiting
        )
        work.waiting = deque(request for request in kept if request.members)
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
