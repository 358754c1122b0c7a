"""Sending for a while: several chunks at once, requests in flight while the database works."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from datetime import time as dtime
from itertools import count, islice
from typing import TypeVar

from django.utils import timezone

from campaigns.models import Campaign
from campaigns.models.campaign import CHUNK_SIZE
from providers.contract.errors import SubmitAnswer
from providers.contract.gateway import Gateway, Prepared
from providers.contract.http import HttpFailure, HttpResponse
from providers.contract.messages import AccountAccess

from . import quiet, store
from .gate import News
from .guard import refused_again_and_again, stop_account, watch
from .learning import learn
from .line import Line
from .outcomes import Outcome, outcome_of
from .plan import Content, Member, Request, halves, plan
from .store import Aside, Claim
from .turn import Departure, Rules, Settled, Turn, take_turn

Given = TypeVar("Given")

MOST_CHUNKS = 16
"""Leased at once by one worker, so that a crash does not make too many wait for their lease to end."""

MOST_REFUSED_IN_A_ROW = 40
"""Groups refused with none accepted in between. One bad number is found within ten or so; more than this means that
the request itself is wrong, and halving it on and on would only reject people who did nothing wrong."""

SMALL_TURN, LARGE_TURN = 16, 512
SLOW_ANSWER_SECONDS = 0.05

RAMP_SECONDS = 0.01
"""How often the number in flight may grow by a small turn until it is what the account allows."""

LONGEST_WAIT = 1.0
WATCH_SECONDS = 0.5
CLAIM_PAUSE_SECONDS = 0.25
"""How long after finding no more chunks before looking again while requests are still in flight."""

RENEW_SECONDS = store.LEASE.total_seconds() / 4


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The account's quiet hours, and the zone of numbers of which nobody knows where they are."""

    start: dtime | None
    end: dtime | None
    fallback_zone: str


@dataclass(frozen=True, slots=True)
class Job:
    """Everything about the campaign that sending needs, read once per wake-up."""

    campaign: Campaign
    content: Content
    gateway: Gateway
    access: AccountAccess
    rules: Rules
    quiet: QuietHours
    failures: int
    """Requests without usable answer in a row, when the work began."""

    @property
    def callees(self) -> int:
        return self.gateway.callees_per_request(self.content.kind, self.access)


@dataclass(slots=True)
class Work:
    """A leased chunk: what of it is planned, and how many of its requests are out."""

    claim: Claim
    prefix: str
    waiting: deque[Request]
    out: int = 0
    stuck: bool = False
    """A request of it ended without an outcome, so its lease must run out."""
    serial: "count[int]" = field(default_factory=count)


class Flow:
    """One worker's sending of one campaign. ``run`` returns whether there may be more to do at once.

    After *seconds* it gives way to other campaigns that wait for a worker, if there are any; ``look_again`` reads the
    job anew then, and ``stopping`` tells whether this worker is to end.
    """

    def __init__(
        self, job: Job, line: Line, seconds: float, look_again: Callable[[], Job | None], stopping: Callable[[], bool]
    ) -> None:
        self._job, self._line, self._look_again, self._stopping = job, line, look_again, stopping
        self._seconds, self._deadline = seconds, time.monotonic() + seconds
        self._works: dict[int, Work] = {}
        self._out: dict[int, Departure] = {}
        self._readers: dict[int, Callable[[HttpResponse | HttpFailure], SubmitAnswer]] = {}
        self._arrived: deque[tuple[int, HttpResponse | HttpFailure]] = deque()
        self._answered: list[tuple[int, SubmitAnswer]] = []
        self._answer_seconds = 0.0
        self._ceiling, self._raised = SMALL_TURN, time.monotonic()
        self._done: list[Settled] = []
        self._sending, self._more = True, True
        self._failures = job.failures
        self._refused_in_a_row = 0
        self._again_at: datetime | None = None
        self._renewed = time.monotonic()
        self._watched = self._found_none = 0.0
        self._broken: Exception | None = None

    def run(self) -> bool:
        """Send until nothing is due, the time is over or something says stop; then wait for what is in flight."""
        while self._goes_on():
            self._renew()
            if self._sending:
                self._refill()
            self._turn()
            self._collect()
        store.release([work.claim for work in self._works.values() if not work.stuck], timezone.now())
        if self._broken is not None:
            raise self._broken
        return self._more

    def _goes_on(self) -> bool:
        if self._sending and (self._stopping() or (time.monotonic() >= self._deadline and not self._goes_over())):
            self._sending = False
        return bool(self._sending or self._out or self._answered or self._done)

    def _goes_over(self) -> bool:
        """At the end of its time: go on if nobody else waits for a worker, with everything read anew."""
        now = timezone.now()
        job = None if store.others_wait(self._job.campaign.pk, now) else self._look_again()
        if job is None:
            return False
        self._job, self._deadline = job, time.monotonic() + self._seconds
        return True

    # Taking chunks

    def _renew(self) -> None:
        if not self._works or time.monotonic() - self._renewed < RENEW_SECONDS:
            return
        self._renewed = time.monotonic()
        ours = store.renew([work.claim for work in self._works.values()], timezone.now())
        for chunk_id in set(self._works) - ours:
            # Somebody else has it now: what is in flight still settles, nothing more is sent.
            del self._works[chunk_id]

    def _refill(self) -> None:
        """Keep a full round of requests planned beyond those in flight."""
        planned = sum(len(work.waiting) for work in self._works.values())
        missing = self._job.rules.limits.parallel - planned
        idle = not planned and not self._out
        if missing <= 0 or (not idle and time.monotonic() - self._found_none < CLAIM_PAUSE_SECONDS):
            return
        requests_per_chunk = max(1, CHUNK_SIZE // self._job.callees)
        most = min(MOST_CHUNKS - len(self._works), -(-missing // requests_per_chunk))
        # The first request leaves after one chunk is read, however large the campaign.
        most = most if self._works else min(most, 1)
        claims = store.claim(self._job.campaign.pk, timezone.now(), most) if most > 0 else []
        if claims:
            self._take(claims)
        elif idle:
            self._sending, self._more = False, False
        elif most > 0:
            self._found_none = time.monotonic()

    def _take(self, claims: Sequence[Claim]) -> None:
        now = timezone.now()
        for claim in claims:
            if claim.orphaned:
                store.settle_orphans(claim, now)
        due = store.due(claims, now, variables=self._job.content.has_placeholders)
        asides: list[Aside] = []
        for claim in claims:
            self._plan(claim, due[claim.chunk_id], asides, now)
        if asides:
            store.set_aside(claims, asides, timezone.now())

    def _plan(self, claim: Claim, members: Sequence[Member], asides: list[Aside], now: datetime) -> None:
        job = self._job
        go, held = _awake(members, now, job.quiet)
        asides += held
        prefix = f"{job.campaign.reference}-{claim.prefix}"
        planned = plan(go, job.content, job.gateway, job.access, prefix)
        asides += [Aside(skip.member.id, skip.words) for skip in planned.skips]
        work = Work(claim, prefix, deque(planned.requests), serial=count(len(planned.requests)))
        self._works[claim.chunk_id] = work

    # The turn

    def _turn(self) -> None:
        self._raise_ceiling()
        wanted = self._wanted()
        settled, self._done = self._done, []
        ended = [work.claim for work in self._works.values() if not (work.waiting or work.out or work.stuck)]
        if settled or wanted:
            news = self._news(settled)
            turn = take_turn(settled, wanted, self._job.rules, news, timezone.now())
            self._after(turn, settled)
        if ended:
            store.release(ended, timezone.now())
            for claim in ended:
                del self._works[claim.chunk_id]

    def _raise_ceiling(self) -> None:
        """Not everything at once: hundreds that leave together also come back together, and all wait for all."""
        if time.monotonic() - self._raised >= RAMP_SECONDS:
            self._raised = time.monotonic()
            self._ceiling += SMALL_TURN

    def _wanted(self) -> list[tuple[Claim, Request]]:
        if not self._sending or (self._again_at and self._again_at > timezone.now()):
            return []
        room = min(self._job.rules.limits.parallel, self._ceiling) - len(self._out)
        pairs = ((work.claim, request) for work in self._works.values() for request in work.waiting)
        return list(islice(pairs, max(0, min(room, self._turn_size()))))

    def _news(self, settled: Sequence[Settled]) -> News:
        """Nothing to tell the gate while all is well, which saves a statement per turn."""
        usable = [one.outcome.usable for one in settled]
        waits = [one.outcome for one in settled if one.outcome.wait and not one.outcome.stop]
        if all(usable) and not waits and not self._failures:
            return News()
        bad = next((one.outcome for one in settled if one.outcome in waits or not one.outcome.usable), None)
        return News(usable, _longest_wait(waits), bad.words if bad else "", bad.raw if bad else "")

    def _after(self, turn: Turn, settled: Sequence[Settled]) -> None:
        self._use_up(turn.taken)
        self._again_at = turn.again_at
        self._failures = turn.failures
        for departure in turn.departures:
            self._depart(departure)
        if turn.refused:
            self._sending = False
        if turn.again_at and (turn.again_at - timezone.now()).total_seconds() > LONGEST_WAIT and not self._out:
            # Closed for longer than is worth waiting for; the sweep wakes the campaign when it is open again.
            self._sending, self._more = False, False
        self._consider(settled)

    def _use_up(self, taken: int) -> None:
        for work in self._works.values():
            while taken and work.waiting:
                work.waiting.popleft()
                taken -= 1

    def _depart(self, departure: Departure) -> None:
        self._works[departure.claim.chunk_id].out += 1
        self._out[departure.submission_id] = departure
        prepared = self._safely(
            departure.submission_id, lambda: self._job.gateway.prepare(departure.request.message, self._job.access)
        )
        if prepared is None:
            return
        if isinstance(prepared, Prepared):
            self._readers[departure.submission_id] = prepared.read
            self._line.start(departure.submission_id, prepared.request, departure.delay)
        else:
            self._answered.append((departure.submission_id, prepared))

    # What came back

    def _collect(self) -> None:
        waits = bool(self._answered or self._arrived or self._wanted())
        self._arrived.extend(self._line.collect(0.0 if waits else self._patience()))
        for _ in range(min(self._turn_size(), len(self._arrived))):
            self._read(*self._arrived.popleft())
        answered, self._answered = self._answered, []
        for submission_id, answer in answered:
            self._settle(submission_id, answer)

    def _turn_size(self) -> int:
        """Most requests in one turn: where answers take long, places are filled again soon, a few at a time; where
        they are quick, fewer turns count."""
        return SMALL_TURN if self._answer_seconds > SLOW_ANSWER_SECONDS else LARGE_TURN

    def _patience(self) -> float:
        """How long to wait for an answer before looking around again (seconds)."""
        if self._ceiling < self._job.rules.limits.parallel and self._sending:
            return RAMP_SECONDS
        if not self._again_at:
            return LONGEST_WAIT
        until = (self._again_at - timezone.now()).total_seconds()
        seconds = max(0.005, min(until, LONGEST_WAIT))
        if not self._line.in_flight and self._sending:
            time.sleep(seconds)
        return seconds

    def _read(self, submission_id: int, outcome: HttpResponse | HttpFailure) -> None:
        self._answer_seconds += (outcome.seconds - self._answer_seconds) / 16
        read = self._readers.pop(submission_id)
        answer = self._safely(submission_id, lambda: read(outcome))
        if answer is not None:
            self._answered.append((submission_id, answer))

    def _safely(self, submission_id: int, ask: Callable[[], Given]) -> Given | None:
        """What the gateway says. One that breaks its contract and raises must not cost the others their answers."""
        try:
            return ask()
        except Exception as error:  # noqa: BLE001 - whatever a gateway raises, the answers of others must be stored
            self._broken, self._sending = error, False
            self._works[self._out.pop(submission_id).claim.chunk_id].stuck = True
            return None

    def _settle(self, submission_id: int, answer: SubmitAnswer) -> None:
        departure = self._out.pop(submission_id)
        work = self._works.get(departure.claim.chunk_id)
        outcome = outcome_of(answer, departure.request, timezone.now())
        if work:
            work.out -= 1
            self._narrow(work, departure.request, outcome)
        if outcome.stop or outcome.wait:
            # Nothing leaves beside the settling of this; the sweep wakes the campaign when it may go on.
            self._sending, self._more = False, False
        self._done.append(Settled(submission_id, departure.claim, departure.request, outcome, departure.at))

    def _narrow(self, work: Work, request: Request, outcome: Outcome) -> None:
        """A refused group goes again in halves, before anything else of its chunk."""
        self._refused_in_a_row = self._refused_in_a_row + 1 if outcome.narrow else 0
        if outcome.narrow:
            names = f"{work.prefix}-{next(work.serial)}", f"{work.prefix}-{next(work.serial)}"
            work.waiting.extendleft(reversed(halves(request, names)))

    def _consider(self, settled: Sequence[Settled]) -> None:
        """What the outcomes mean beyond their recipients."""
        outcomes = [one.outcome for one in settled]
        now = timezone.now()
        stop = next((outcome.stop for outcome in outcomes if outcome.stop), None)
        if stop is not None:
            stop_account(self._job.rules.limits.account_id, self._job.campaign, stop, now)
        if self._refused_in_a_row > MOST_REFUSED_IN_A_ROW:
            refused_again_and_again(self._job.campaign, next((one.raw for one in outcomes if one.narrow), ""))
            self._sending = False
        for one in settled:
            for name, number in one.outcome.learned:
                learn(self._job.rules.limits.account_id, name, number, now, one.at)
        if any(outcome.recipients for outcome in outcomes) and self._watches() and watch(self._job.campaign):
            self._sending = False

    def _watches(self) -> bool:
        due = time.monotonic() - self._watched > WATCH_SECONDS
        if due:
            self._watched = time.monotonic()
        return due


def _awake(members: Sequence[Member], now: datetime, hours: QuietHours) -> tuple[Sequence[Member], list[Aside]]:
    """Those whom quiet hours let go now, and the others until their morning."""
    numbers = [(member.id, member.number) for member in members]
    admission = quiet.split(numbers, now, hours.start, hours.end, hours.fallback_zone)
    if not admission.holds:
        return members, []
    go = set(admission.go)
    held = [Aside(hold.id, hold.words, hold.until) for hold in admission.holds]
    return [member for member in members if member.id in go], held


def _longest_wait(outcomes: Sequence[Outcome]) -> datetime | None:
    told = (recipient.held_until for outcome in outcomes for recipient in outcome.recipients)
    return max((until for until in told if until is not None), default=None)
