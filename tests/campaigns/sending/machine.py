"""Workers, a provider, staff and receipts in any order, over the real database code and a clock of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaigns.counters.selectors import tallies
from campaigns.lifecycle import services
from campaigns.models import Campaign, Hold, Receipt, Recipient, Restoration, Submission
from campaigns.models.held import is_held
from campaigns.models.statuses import OPEN_STATES
from campaigns.people.audience.importing import NotADraft, add_audience
from campaigns.people.audience.reading import Row
from campaigns.receipts.ingest import apply_pushes
from campaigns.receipts.restoring.services import begin, go_on
from campaigns.sending import chunk_leases
from campaigns.sending.auto_pause import stop_campaign
from campaigns.sending.batch_transaction import Departure
from campaigns.sending.departures import reading
from campaigns.sending.departures.reading import Left
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.hold import hold_all, release
from campaigns.sending.outcomes import AccountStop, Outcome, outcome_of
from campaigns.sending.plan import Content, Request, in_order, plan, positions_text
from campaigns.upkeep import sweeps
from providers.accounts import services as accounts
from providers.accounts.pausing import pause_account
from providers.contract.abilities import Ability
from providers.contract.words import Words
from providers.models import AccountState, InboundPush
from tests import departures
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

from . import backups
from .backups import Backup
from .oracle import FATES, Provider
from .steps import claim_one, settle, write_intents

START = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
PEOPLE, CHUNK, CALLEES = 6, 3, 2
FIRST_NUMBER = 8613800000000
WORKERS = st.integers(0, 1)
WAITING = {"pending", "held"}
LOST_IF_TAKEN = {*WAITING, "skipped", "cancelled", "rejected"}


@dataclass
class Worker:
    """Where one worker is; a killed one is forgotten wherever it was."""

    claim: chunk_leases.Claim | None = None
    todo: list[Request] = field(default_factory=list)
    written: Departure | None = None
    answered: Outcome | None = None


class Sending(RuleBasedStateMachine):
    gateway: FakeGateway
    """Set by the test, before the machine runs."""

    @initialize(lists=st.integers(0, 2))
    def start(self, lists: int) -> None:
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        departures.begin_anew()
        self.provider, self.workers = Provider(), [Worker(), Worker()]
        self.backup: Backup | None = None
        self.left: list[Left] = []
        self.gateway.answer = lambda message: self.provider.submit(message, "accept")
        self.account = make_account(settings={"max_callees_voice_file": CALLEES}, receipt_wait_hours=1)
        self.campaign = make_campaign(self.account, recipients=PEOPLE, chunk=CHUNK, running=False)
        self.people = PEOPLE
        for _ in range(lists):
            self._import_more()
        services.start(self.campaign, None)

    def _import_more(self) -> None:
        """Two new people, one who is in already, and a row without number."""
        numbers = [str(FIRST_NUMBER + self.people + place) for place in range(3)]
        rows = [Row(line, number) for line, number in enumerate([*numbers, "none"], 1)]
        result = add_audience(self.campaign, rows, [])
        assert (result.good, result.duplicates, result.bad) == (2, 1, 1)
        self.people += 2

    @rule()
    def staff_import_more_too_late(self) -> None:
        with pytest.raises(NotADraft):
            self._import_more()

    # Workers

    @rule(number=WORKERS, fate=FATES, steps=st.integers(2, 9))
    def works(self, number: int, fate: str, steps: int) -> None:
        """Some steps on its way: claim, write the intent, send, settle, and so on until it gives the chunk back."""
        for _ in range(steps):
            self._step(number, self.workers[number], fate)

    @rule(number=WORKERS, seconds=st.sampled_from([0, 61]))
    def is_killed(self, number: int, seconds: int) -> None:
        self.workers[number] = Worker()
        self.time.shift(timedelta(seconds=seconds))

    def _step(self, number: int, worker: Worker, fate: str) -> None:
        if worker.claim is None:
            self._claims(number)
        elif worker.written is None:
            self._writes_the_intent(number, worker)
        elif worker.answered is None:
            request = worker.written.request
            worker.answered = outcome_of(self.provider.submit(request.message, fate), request, timezone.now())
        else:
            self._settles(worker)

    def _claims(self, number: int) -> None:
        claim = claim_one(self.campaign, timezone.now())
        if claim:
            chunk_leases.settle_orphans(claim, timezone.now())
            self.workers[number] = Worker(claim, self._planned(claim))

    def _planned(self, claim: chunk_leases.Claim) -> list[Request]:
        content = Content(Ability.VOICE_FILE, file_id="f.mp3")
        members = chunk_leases.due([claim], timezone.now())[claim.chunk_id]
        prefix = f"{self.campaign.reference}-{claim.prefix}"
        return list(plan(members, content, self.gateway, self.account.access(), prefix).requests)

    def _writes_the_intent(self, number: int, worker: Worker) -> None:
        request = worker.todo.pop(0) if worker.todo else None
        departures = write_intents(worker.claim, [request], timezone.now()) if request else None
        if not departures:
            chunk_leases.release([worker.claim], timezone.now())
            self.workers[number] = Worker()
        else:
            self.campaign.refresh_from_db()
            assert self.campaign.state == "running", "sends although it was stopped"
            assert not is_held(), "sends although all sending is held"
            self.left.append(self._as_recorded(request))
            worker.written = departures[0]

    def _as_recorded(self, request: Request) -> Left:
        positions = positions_text(request.members)
        reference = self.campaign.reference
        return Left(request.message.ref, reference, self.account.pk, positions, timezone.now())

    def _settles(self, worker: Worker) -> None:
        departure, outcome = worker.written, worker.answered
        worker.written = worker.answered = None
        kept = settle(departure, outcome, timezone.now())
        if kept and isinstance(outcome.stop, AccountStop):
            pause_account(self.account.pk, outcome.stop.concern, outcome.stop.words, outcome.stop.raw, timezone.now())
        elif kept and outcome.stop:
            stop_campaign(self.campaign, outcome.stop)
        if not kept or outcome.wait:
            worker.todo = []

    # Time, staff and upkeep

    @rule(seconds=st.sampled_from([1, 31, 61, 121]))
    def time_passes(self, seconds: int) -> None:
        self.time.shift(timedelta(seconds=seconds))

    @rule(service=st.sampled_from([services.pause, *[services.resume] * 3]))
    def staff_act(self, service: Callable[[Campaign, None], None]) -> None:
        self.account.refresh_from_db()
        if service is services.resume and self.account.state == AccountState.PAUSED:
            accounts.resume(self.account)
        try:
            service(self.campaign, None)
        except services.NotPossible:
            self.campaign.refresh_from_db()

    @precondition(lambda self: len(self.provider.closed) > PEOPLE / 2)
    @rule()
    def staff_cancel(self) -> None:
        self.staff_act(services.cancel)

    @rule(held=st.booleans())
    def staff_hold_or_release_everything(self, held: bool) -> None:
        if held:
            hold_all(Words("Said so."), "person")
        elif is_held():
            release(None)

    # The database is lost

    @rule()
    def a_backup_is_taken(self) -> None:
        self.backup = backups.take()

    @precondition(lambda self: self.backup is not None)
    @rule(seconds=st.sampled_from([0, 61]), recorded=st.booleans(), runs=st.integers(1, 2))
    def the_backup_is_restored(self, seconds: int, recorded: bool, runs: int) -> None:
        """The processes are gone with the database; somebody runs the command, once or again."""
        self.workers = [Worker(), Worker()]
        backups.put_back(self.backup)
        self.time.shift(timedelta(seconds=seconds))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(reading, "covers", lambda *moments: recorded)
            patched.setattr(reading, "left_since", lambda moment: (one for one in self.left if one.at >= moment))
            for _ in range(runs):
                go_on(begin(self.backup.taken_at))
        assert is_held()

    @rule()
    def sweeps(self) -> None:
        sweeps.sweep()

    @precondition(lambda self: self.provider.taken)
    @rule()
    def time_for_receipts_is_over(self) -> None:
        self.time.shift(timedelta(hours=2))
        sweeps.expire()

    # Receipts

    @precondition(lambda self: self.provider.taken)
    @rule(
        data=st.data(),
        verdict=st.sampled_from(["delivered", "undelivered", "unknown"]),
        by_reference=st.booleans(),
        times=st.integers(1, 2),
        applied=st.booleans(),
    )
    def the_provider_pushes(
        self, data: st.DataObject, verdict: str, by_reference: bool, times: int, applied: bool
    ) -> None:
        number = data.draw(st.sampled_from(sorted(self.provider.taken)))
        provider_id, ref = self.provider.taken[number]
        line = f"{provider_id}|{ref if by_reference else ''}|{number}|{verdict}|2|1"
        for _ in range(times):
            InboundPush.objects.create(account=self.account, door="receipts", body=line.encode())
        if applied:
            apply_pushes()

    @rule()
    def receipts_are_applied(self) -> None:
        apply_pushes()

    # What always holds

    @invariant()
    def the_numbers_add_up(self) -> None:
        if hasattr(self, "campaign"):
            counted = {state: amount for state, amount in tallies(self.campaign).items() if amount}
            assert counted == states_of(self.campaign)
            assert sum(counted.values()) == self.people

    @invariant()
    def nobody_who_was_taken_waits_or_counts_as_failed_by_us(self) -> None:
        if hasattr(self, "campaign"):
            taken = self.campaign.recipients.filter(number__in=self.provider.taken).values_list("position", "state")
            lost = {position for position, state in taken if state in LOST_IF_TAKEN}
            assert not lost - self._in_flight()

    def _in_flight(self) -> set[int]:
        """Who is covered by a request that is written down and has no outcome."""
        open_intents = Submission.objects.filter(state="intent").values_list("positions", flat=True)
        return {position for positions in open_intents for position in in_order(positions)}

    @invariant()
    def what_a_receipt_said_is_never_undone(self) -> None:
        if hasattr(self, "campaign"):
            told: dict[str, set[str]] = {}
            rows = Receipt.objects.filter(recipient__campaign=self.campaign)
            for state, verdict in rows.values_list("recipient__state", "verdict"):
                told.setdefault(verdict, set()).add(state)
            assert told.get("delivered", set()) <= {"delivered"}
            assert told.get("undelivered", set()) <= {"delivered", "undelivered"}
            assert told.get("unknown", set()) <= {"delivered", "undelivered", "submitted", "expired"}

    @invariant()
    def whoever_waits_has_a_next_step(self) -> None:
        if not hasattr(self, "campaign"):
            return
        self.campaign.refresh_from_db()
        states = dict(self.campaign.recipients.values_list("position", "state"))
        if self.campaign.state == "running":
            for chunk in self.campaign.chunks.filter(next_attempt_at=None):
                assert not {states[place] for place in range(chunk.first, chunk.last + 1)} & WAITING
        if self.campaign.state in ("finished", "cancelled"):
            assert not set(states.values()) & set(OPEN_STATES)

    def teardown(self) -> None:
        try:
            if hasattr(self, "campaign"):
                self._everything_comes_to_an_end()
        finally:
            self.clock.stop()
            for model in (Receipt, InboundPush, Recipient, Campaign, Hold, Restoration):
                model.objects.all().delete()

    def _everything_comes_to_an_end(self) -> None:
        """All workers are gone and the provider is well again: honest work must leave nobody behind."""
        if is_held():
            release(None)
        for _ in range(3):
            self.time.shift(timedelta(seconds=121))
            self.staff_act(services.resume)
            sweeps.sweep()
            assert not dispatch(self.campaign.pk, http=NoHttp()), "there is always more to do"
            apply_pushes()
            sweeps.sweep()
            self.nobody_who_was_taken_waits_or_counts_as_failed_by_us()
        states = states_of(self.campaign)
        assert not WAITING & set(states), states
        assert not InboundPush.objects.filter(state="new").exists()
        assert not Receipt.objects.filter(recipient=None).exclude(reference="").exists()
        self.time.shift(timedelta(hours=2))
        sweeps.expire()
        sweeps.sweep()
        self.campaign.refresh_from_db()
        assert self.campaign.state in ("finished", "cancelled") or "unknown" in states_of(self.campaign)
