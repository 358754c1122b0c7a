"""Send loop of one worker: several chunks at once, requests in flight while the database works."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from providers.contract.errors import NotSent, SubmitAnswer
from providers.contract.gateway import Prepared
from providers.contract.http import HttpFailure, HttpResponse
from providers.contract.words import Words, gettext_noop

from . import chunk_leases
from .auto_pause import watch
from .batch_transaction import Batch, Departure, Settled, settle_and_claim, store_late
from .chunk_leases import Wanted
from .judging import judge, learned, news
from .leased_chunks import Job, LeasedChunks
from .narrowing import Narrowing
from .outcomes import CampaignStop, Outcome, outcome_of
from .pace import SITS_OUT
from .settling import put_back
from .transport import Transport
from .withholding import may_leave, withhold

SMALL_TURN, LARGE_TURN = 10, 512
SLOW_ANSWER_SECONDS = 0.05

FEW, GATHER_SECONDS = 4, 0.001
"""A small batch waits so long for so many answers, if answers come that often."""

RAMP_SECONDS = 0.008
"""How often the number in flight may grow by a small batch until it is what the account allows."""

LONGEST_WAIT = 1.0
WATCH_SECONDS = 0.5

UNPREPARED = Words(gettext_noop("This program could not build the request; nothing was sent. See its log."))


class SendLoop:
    """One worker's sending of one campaign. ``run`` returns whether there may be more to do at once.

    After *seconds* it gives way to other campaigns that wait for a worker, if there are any; ``look_again`` reads the
    job anew then, and ``stopping`` tells whether this worker is to end.
    """

    def __init__(
        self,
        job: Job,
        transport: Transport,
        seconds: float,
        look_again: Callable[[], Job | None],
        stopping: Callable[[], bool],
    ) -> None:
        self._job, self._transport, self._look_again, self._stopping = job, transport, look_again, stopping
        self._seconds, self._deadline = seconds, time.monotonic() + seconds
        self._chunks = LeasedChunks(stranded=lambda _: self._watch())
        self._narrowing = Narrowing(self._chunks)
        self._out: dict[int, Departure] = {}
        self._readers: dict[int, Callable[[HttpResponse | HttpFailure], SubmitAnswer]] = {}
        self._arrived: deque[tuple[int, HttpResponse | HttpFailure]] = deque()
        self._answered: list[tuple[int, SubmitAnswer]] = []
        self._answer_seconds = 0.0
        self._backlog = 0
        self._ceiling, self._raised = SMALL_TURN, time.monotonic()
        self._done: list[Settled] = []
        self._considered: Sequence[Settled] = ()
        self._late: dict[int, Outcome] = {}
        self._sending, self._more = True, True
        self._unwell, self._refusals = job.health.unwell, job.health.refusals
        self._again_at: datetime | None = None
        self._watched, self._unwatched = 0.0, False
        self._broken: Exception | None = None

    def run(self) -> bool:
        """Send until nothing is due, the time is over or something says stop; then wait for what is in flight."""
        while self._sending or self._out or self._answered or self._done:
            self._carefully(self._look_around)
            self._exchange()
            self._carefully(self._chunks.give_back_ended)
            self._carefully(self._consider)
            self._collect()
            self._carefully(self._keep_late)
        self._chunks.give_back_all()
        if self._unwatched:
            self._carefully(self._watch)
        if self._broken is not None:
            raise self._broken
        return self._more

    def _carefully(self, step: Callable[[], None]) -> None:
        """A step that fails ends the sending, but not before the answers of what is in flight are written down."""
        try:
            step()
        except (DatabaseError, InterfaceError) as error:
            self._broken, self._sending = error, False

    def _look_around(self) -> None:
        if self._sending and (self._stopping() or (time.monotonic() >= self._deadline and not self._goes_over())):
            self._sending = False
        self._chunks.renew()
        self._chunks.keep_quiet(self._job, timezone.now())
        if self._sending and not self._chunks.refill(self._job, self._underway):
            self._sending, self._more = False, False

    @property
    def _underway(self) -> int:
        return len(self._out) + len(self._done) + self._narrowing.is_on

    @property
    def _tries(self) -> bool:
        """Whether no usable answer has come yet, so that requests go one by one."""
        return self._job.health.unproven

    def _goes_over(self) -> bool:
        """At the end of its time: go on if nobody else waits for a worker, with everything read anew."""
        job = None if chunk_leases.others_wait(self._job.campaign.pk, timezone.now()) else self._look_again()
        if job is None:
            return False
        self._job, self._deadline = job, time.monotonic() + self._seconds
        return True

    # The batch

    def _exchange(self) -> None:
        self._raise_ceiling()
        wanted = self._wanted()
        settled, self._done = self._done, []
        if settled:
            self._carefully(lambda: self._judge(settled))
        if settled or wanted:
            told = news(settled, self._unwell)
            self._after(settle_and_claim(settled, wanted, self._job.rules, told, timezone.now()))
        if any(isinstance(one.outcome.stop, CampaignStop) for one in settled):
            self._carefully(self._put_back)
        self._considered = settled

    def _judge(self, settled: Sequence[Settled]) -> None:
        self._job = judge(self._job, settled, timezone.now())

    def _put_back(self) -> None:
        """Whoever was refused alone when it was the campaign that was meant."""
        found = self._narrowing.put_back()
        if found:
            put_back(*found, timezone.now())

    def _raise_ceiling(self) -> None:
        """Not everything at once: hundreds that leave together also come back together, and all wait for all."""
        if time.monotonic() - self._raised >= RAMP_SECONDS:
            self._raised = time.monotonic()
            self._ceiling += SMALL_TURN

    def _wanted(self) -> list[Wanted]:
        if not self._sending or (self._again_at and self._again_at > timezone.now()):
            return []
        if self._tries and any(one.outcome.is_in_doubt for one in self._done):
            # The guard looks at it before another one tries.
            return []
        if self._narrowing.is_on:
            return self._narrowing.waiting()
        room = min(self._job.parallel, self._ceiling) - len(self._out)
        return list(islice(self._chunks.waiting(), max(0, min(room, self._batch_size()))))

    def _batch_size(self) -> int:
        """Most requests in one batch: where answers take long, places are filled again soon, a few at a time; where
        they are quick, fewer turns count."""
        if self._answer_seconds <= SLOW_ANSWER_SECONDS:
            return LARGE_TURN
        # On a slow machine answers may come faster than small turns settle them, and places would stay empty.
        return max(SMALL_TURN, self._backlog // 2)

    def _after(self, batch: Batch) -> None:
        self._late |= batch.late
        self._again_at = batch.again_at
        self._unwell = self._unwell if batch.unwell is None else batch.unwell
        self._refusals = self._refusals if batch.refusals is None else batch.refusals
        self._use_up(batch)
        if may_leave(batch.departures, self._job.rules.limits.account_id):
            for departure in batch.departures:
                self._depart(departure)
        else:
            self._sending, self._more = False, False
            self._carefully(lambda: withhold(batch.departures, timezone.now()))
        if batch.refused:
            self._sending = False
        if batch.again_at and not self._out and self._is_long(batch.again_at - timezone.now()):
            # Closed for longer than is worth waiting for; the sweep wakes the campaign when it is open again.
            self._sending, self._more = False, False

    def _use_up(self, batch: Batch) -> None:
        if self._narrowing.is_on:
            self._narrowing.left(batch.taken, [departure.request.message.ref for departure in batch.departures])
        else:
            self._chunks.use_up(batch.taken)

    def _is_long(self, wait: timedelta) -> bool:
        if self._job.rules.pace is None:
            return wait.total_seconds() > LONGEST_WAIT
        return wait > SITS_OUT or chunk_leases.others_wait(self._job.campaign.pk, timezone.now())

    def _depart(self, departure: Departure) -> None:
        key = departure.submission_id
        self._out[key] = departure
        chunk = self._chunks.of(departure.claim)
        if chunk:
            chunk.out += 1
        try:
            prepared = self._job.gateway.prepare(departure.request.message, self._job.access)
        except Exception as error:  # noqa: BLE001 - whatever a gateway raises, nothing has left
            self._broken, self._sending = error, False
            prepared = NotSent(UNPREPARED)
        if isinstance(prepared, Prepared):
            self._readers[key] = prepared.read
            self._transport.start(key, prepared.request, departure.delay)
        else:
            self._answered.append((key, prepared))

    def _keep_late(self) -> None:
        """Store late answers. Runs after the sends, so that a database failure cannot delay a request."""
        if self._late:
            store_late(self._late, timezone.now())
            self._late = {}

    # What came back

    def _collect(self) -> None:
        waits = bool(self._answered or self._arrived or self._wanted())
        self._arrived.extend(self._transport.collect(0.0 if waits else self._patience()))
        self._gather()
        self._backlog = len(self._arrived)
        for _ in range(min(self._batch_size(), len(self._arrived))):
            self._read(*self._arrived.popleft())
        answered, self._answered = self._answered, []
        for submission_id, answer in answered:
            self._settle(submission_id, answer)

    def _gather(self) -> None:
        """What left together comes back together: a batch that starts with the first makes the others wait for it."""
        often = self._transport.in_flight * GATHER_SECONDS > self._answer_seconds > SLOW_ANSWER_SECONDS
        if not often or not self._arrived:
            return
        until = time.monotonic() + GATHER_SECONDS
        while len(self._arrived) < FEW and (left := until - time.monotonic()) > 0:
            self._arrived.extend(self._transport.collect(left))

    def _patience(self) -> float:
        """How long to wait for an answer before looking around again (seconds)."""
        if self._ceiling < self._job.parallel and self._sending:
            return RAMP_SECONDS
        if not self._again_at:
            return LONGEST_WAIT
        until = (self._again_at - timezone.now()).total_seconds()
        seconds = max(0.005, min(until, LONGEST_WAIT))
        if not self._transport.in_flight and self._sending:
            time.sleep(seconds)
        return seconds

    def _read(self, submission_id: int, outcome: HttpResponse | HttpFailure) -> None:
        self._answer_seconds += (outcome.seconds - self._answer_seconds) / 16
        try:
            self._answered.append((submission_id, self._readers.pop(submission_id)(outcome)))
        except Exception as error:  # noqa: BLE001 - whatever a gateway raises, the answers of others must be stored
            self._broken, self._sending = error, False
            chunk = self._chunks.of(self._out.pop(submission_id).claim)
            if chunk:
                chunk.stuck = True

    def _settle(self, submission_id: int, answer: SubmitAnswer) -> None:
        departure = self._out.pop(submission_id)
        chunk = self._chunks.of(departure.claim)
        pauses = self._job.rules.limits.pauses
        outcome = outcome_of(answer, departure.request, timezone.now(), pauses, self._refusals)
        if chunk:
            chunk.out -= 1
            stop = self._narrowing.consider(chunk, departure.request, outcome)
            outcome = replace(outcome, stop=stop, wait=True) if stop else outcome
        else:
            self._narrowing.lost(departure.request)
        if outcome.stop or outcome.wait:
            # Nothing leaves beside the settling of this; the sweep wakes the campaign when it may go on.
            self._sending, self._more = False, False
        self._done.append(Settled(submission_id, departure.claim, departure.request, outcome, departure.at))

    def _consider(self) -> None:
        """What the outcomes of the batch mean beyond their recipients."""
        settled = self._considered
        if learned(self._job, settled, timezone.now()):
            # The next wake-up reads the lower limit.
            self._sending = False
        self._unwatched = self._unwatched or any(one.outcome.recipients for one in settled)
        if self._unwatched and (self._tries or time.monotonic() - self._watched > WATCH_SECONDS):
            self._watch()

    def _watch(self) -> None:
        self._watched, self._unwatched = time.monotonic(), False
        if watch(self._job.campaign):
            self._sending = False
