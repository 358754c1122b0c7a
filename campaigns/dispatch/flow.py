"""Sending for a while: several chunks at once, requests in flight while the database works."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from providers.contract.errors import NotSent, SubmitAnswer
from providers.contract.gateway import Prepared
from providers.contract.http import HttpFailure, HttpResponse
from providers.contract.words import Words, gettext_noop

from . import store
from .gate import News
from .guard import refused_again_and_again, stop_account, watch
from .learning import learn
from .line import Line
from .outcomes import Outcome, outcome_of
from .pace import SITS_OUT
from .plan import Request
from .store import Wanted
from .turn import Departure, Settled, Turn, keep_late, take_turn
from .withholding import may_leave, withhold
from .works import Job, Work, Works

MOST_REFUSED_IN_A_ROW = 40
"""Groups refused with none accepted in between. One bad number is found within ten or so; more than this means that
the request itself is wrong, and halving it on and on would only reject people who did nothing wrong."""

SMALL_TURN, LARGE_TURN = 10, 512
SLOW_ANSWER_SECONDS = 0.05

FEW, GATHER_SECONDS = 4, 0.001
"""A small turn waits so long for so many answers, if answers come that often."""

RAMP_SECONDS = 0.008
"""How often the number in flight may grow by a small turn until it is what the account allows."""

LONGEST_WAIT = 1.0
WATCH_SECONDS = 0.5

UNPREPARED = Words(gettext_noop("This program could not build the request; nothing was sent. See its log."))


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
        self._works = Works(stranded=lambda _: self._watch())
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
        self._failures = job.failures
        self._refused_in_a_row = 0
        self._again_at: datetime | None = None
        self._watched = 0.0
        self._broken: Exception | None = None

    def run(self) -> bool:
        """Send until nothing is due, the time is over or something says stop; then wait for what is in flight."""
        while self._sending or self._out or self._answered or self._done:
            self._carefully(self._look_around)
            self._turn()
            self._carefully(self._works.give_back_ended)
            self._carefully(self._consider)
            self._collect()
            self._carefully(self._keep_late)
        self._works.give_back_all()
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
        self._works.renew()
        self._works.keep_quiet(self._job, timezone.now())
        if self._sending and not self._works.refill(self._job, len(self._out) + len(self._done)):
            self._sending, self._more = False, False

    def _goes_over(self) -> bool:
        """At the end of its time: go on if nobody else waits for a worker, with everything read anew."""
        job = None if store.others_wait(self._job.campaign.pk, timezone.now()) else self._look_again()
        if job is None:
            return False
        self._job, self._deadline = job, time.monotonic() + self._seconds
        return True

    # The turn

    def _turn(self) -> None:
        self._raise_ceiling()
        wanted = self._wanted()
        settled, self._done = self._done, []
        if settled or wanted:
            self._after(take_turn(settled, wanted, self._job.rules, self._news(settled), timezone.now()))
        self._considered = settled

    def _raise_ceiling(self) -> None:
        """Not everything at once: hundreds that leave together also come back together, and all wait for all."""
        if time.monotonic() - self._raised >= RAMP_SECONDS:
            self._raised = time.monotonic()
            self._ceiling += SMALL_TURN

    def _wanted(self) -> list[Wanted]:
        if not self._sending or (self._again_at and self._again_at > timezone.now()):
            return []
        room = min(self._job.parallel, self._ceiling) - len(self._out)
        return list(islice(self._works.waiting(), max(0, min(room, self._turn_size()))))

    def _turn_size(self) -> int:
        """Most requests in one turn: where answers take long, places are filled again soon, a few at a time; where
        they are quick, fewer turns count."""
        if self._answer_seconds <= SLOW_ANSWER_SECONDS:
            return LARGE_TURN
        # On a slow machine answers may come faster than small turns settle them, and places would stay empty.
        return max(SMALL_TURN, self._backlog // 2)

    def _news(self, settled: Sequence[Settled]) -> News:
        """Nothing to tell the gate while all is well, which saves a statement per turn."""
        usable = [one.outcome.usable for one in settled]
        waits = [one.outcome for one in settled if one.outcome.wait and not one.outcome.stop]
        if all(usable) and not waits and not self._failures:
            return News()
        bad = next((one.outcome for one in settled if one.outcome in waits or not one.outcome.usable), None)
        return News(usable, _longest_wait(waits), bad.words if bad else "", bad.raw if bad else "")

    def _after(self, turn: Turn) -> None:
        self._late |= turn.late
        self._works.use_up(turn.taken)
        self._again_at = turn.again_at
        if turn.failures is not None:
            self._failures = turn.failures
        if may_leave(turn.departures, self._job.rules.limits.account_id):
            for departure in turn.departures:
                self._depart(departure)
        else:
            self._sending, self._more = False, False
            self._carefully(lambda: withhold(turn.departures, timezone.now()))
        if turn.refused:
            self._sending = False
        if turn.again_at and not self._out and self._is_long(turn.again_at - timezone.now()):
            # Closed for longer than is worth waiting for; the sweep wakes the campaign when it is open again.
            self._sending, self._more = False, False

    def _is_long(self, wait: timedelta) -> bool:
        if self._job.rules.pace is None:
            return wait.total_seconds() > LONGEST_WAIT
        return wait > SITS_OUT or store.others_wait(self._job.campaign.pk, timezone.now())

    def _depart(self, departure: Departure) -> None:
        key = departure.submission_id
        self._out[key] = departure
        work = self._works.of(departure.claim)
        if work:
            work.out += 1
        try:
            prepared = self._job.gateway.prepare(departure.request.message, self._job.access)
        except Exception as error:  # noqa: BLE001 - whatever a gateway raises, nothing has left
            self._broken, self._sending = error, False
            prepared = NotSent(UNPREPARED)
        if isinstance(prepared, Prepared):
            self._readers[key] = prepared.read
            self._line.start(key, prepared.request, departure.delay)
        else:
            self._answered.append((key, prepared))

    def _keep_late(self) -> None:
        """After the network had its turn: a database that goes away now must not keep back what was let out."""
        if self._late:
            keep_late(self._late, timezone.now())
            self._late = {}

    # What came back

    def _collect(self) -> None:
        waits = bool(self._answered or self._arrived or self._wanted())
        self._arrived.extend(self._line.collect(0.0 if waits else self._patience()))
        self._gather()
        self._backlog = len(self._arrived)
        for _ in range(min(self._turn_size(), len(self._arrived))):
            self._read(*self._arrived.popleft())
        answered, self._answered = self._answered, []
        for submission_id, answer in answered:
            self._settle(submission_id, answer)

    def _gather(self) -> None:
        """What left together comes back together: a turn that starts with the first makes the others wait for it."""
        often = self._line.in_flight * GATHER_SECONDS > self._answer_seconds > SLOW_ANSWER_SECONDS
        if not often or not self._arrived:
            return
        until = time.monotonic() + GATHER_SECONDS
        while len(self._arrived) < FEW and (left := until - time.monotonic()) > 0:
            self._arrived.extend(self._line.collect(left))

    def _patience(self) -> float:
        """How long to wait for an answer before looking around again (seconds)."""
        if self._ceiling < self._job.parallel and self._sending:
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
        try:
            self._answered.append((submission_id, self._readers.pop(submission_id)(outcome)))
        except Exception as error:  # noqa: BLE001 - whatever a gateway raises, the answers of others must be stored
            self._broken, self._sending = error, False
            work = self._works.of(self._out.pop(submission_id).claim)
            if work:
                work.stuck = True

    def _settle(self, submission_id: int, answer: SubmitAnswer) -> None:
        departure = self._out.pop(submission_id)
        work = self._works.of(departure.claim)
        outcome = outcome_of(answer, departure.request, timezone.now())
        if work:
            work.out -= 1
            self._narrow(work, departure.request, outcome)
        if outcome.stop or outcome.wait:
            # Nothing leaves beside the settling of this; the sweep wakes the campaign when it may go on.
            self._sending, self._more = False, False
        self._done.append(Settled(submission_id, departure.claim, departure.request, outcome, departure.at))

    def _narrow(self, work: Work, request: Request, outcome: Outcome) -> None:
        if outcome.narrow:
            self._works.halve(work, request)
            self._refused_in_a_row += 1
        elif outcome.accepted:
            self._refused_in_a_row = 0

    def _consider(self) -> None:
        """What the outcomes of the turn mean beyond their recipients."""
        settled = self._considered
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
                if learn(self._job.rules.limits.account_id, name, number, now, one.at) is not None:
                    # The next wake-up reads the lower limit.
                    self._sending = False
        if any(outcome.recipients for outcome in outcomes) and time.monotonic() - self._watched > WATCH_SECONDS:
            self._watch()

    def _watch(self) -> None:
        self._watched = time.monotonic()
        if watch(self._job.campaign):
            self._sending = False


def _longest_wait(outcomes: Sequence[Outcome]) -> datetime | None:
    told = (recipient.held_until for outcome in outcomes for recipient in outcome.recipients)
    return max((until for until in told if until is not None), default=None)
