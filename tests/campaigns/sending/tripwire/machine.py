"""Senders, backups, restores, lost folders, receipts and a person who releases, in any order, over real databases."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.conf import settings
from django.db import connection
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaigns.models import Campaign, Hold, HoldReason, Installation, Receipt, SenderFolder
from campaigns.models.held import is_held
from campaigns.receipts.ingest import apply_pushes
from campaigns.sending import dispatcher
from campaigns.sending.departures.services import CAUSES
from campaigns.sending.hold import release
from campaigns.upkeep import sweeps
from providers.contract.messages import Message
from providers.models import InboundPush
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign
from tests.factories.fakes import accept_all

from .backups import Backup

MOST_BACKUPS = 3


class Restoring(RuleBasedStateMachine):
    gateway: FakeGateway
    """Set by the test, before the machine runs."""

    @initialize()
    def start(self) -> None:
        from campaigns.sending.tripwire.guard import guard

        self.guard = guard
        guard.close()
        self.folder = Path(tempfile.mkdtemp(prefix="na-departures-"))
        settings.DEPARTURES_FOLDER = self.folder / "departures"
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.time = self.clock.start()
        self.left: dict[str, str] = {}
        self.excused: set[str] = set()
        self.backups: list[Backup] = []
        self.was_restored = False
        self.gateway.answer = self._answer
        self.account = make_account(settings={"max_callees_voice_file": 2}, parallel_requests=2)
        self.campaigns = [self._campaign(place) for place in range(2)]
        # The first sweep of an installation; in a backup from before it nothing says which database it was.
        sweeps.sweep()

    def _campaign(self, place: int) -> int:
        campaign = make_campaign(self.account, recipients=12, chunk=4)
        for person in campaign.recipients.all():
            person.number = f"86138{place}{person.position:07}"
            person.save()
        return campaign.pk

    def _answer(self, message: Message) -> Any:
        for callee in message.callees:
            again = callee.number in self.left and callee.number not in self.excused
            assert not again, f"{callee.number} is reached twice, and nobody released it"
            self.excused.discard(callee.number)
            self.left[callee.number] = callee.ref
        self.many += 1
        return accept_all(message)

    # Senders

    @rule(place=st.integers(0, 1), requests=st.integers(1, 4))
    def sends(self, place: int, requests: int) -> None:
        self.many = 0
        self.time.shift(timedelta(seconds=61))
        dispatcher.dispatch(self.campaigns[place], http=NoHttp(), stopping=lambda: self.many >= requests)

    @rule(place=st.integers(0, 1))
    def is_restored_under_a_worker_that_has_requests_in_hand(self, place: int) -> None:
        """After its first answers, before it writes down the next."""
        if not self.backups:
            return
        self.many, backup = 0, self.backups[place % len(self.backups)]

        def between() -> bool:
            if self.many and not done:
                done.append(True)
                self._restore(backup)
            return self.many > 3

        done: list[bool] = []
        self.time.shift(timedelta(seconds=61))
        dispatcher.dispatch(self.campaigns[place], http=NoHttp(), stopping=between)

    @rule(is_clean=st.booleans())
    def processes_start_anew(self, is_clean: bool) -> None:
        if is_clean:
            self.guard.close()
        else:
            self.guard._forget()
        connection.close()

    @rule()
    def sweeps(self) -> None:
        sweeps.sweep()

    # Backups

    @precondition(lambda self: len(self.backups) < MOST_BACKUPS)
    @rule()
    def a_backup_is_taken(self) -> None:
        self.backups.append(Backup(self.folder))

    @precondition(lambda self: self.backups)
    @rule(data=st.data())
    def a_backup_is_restored(self, data: st.DataObject) -> None:
        self._restore(data.draw(st.sampled_from(self.backups)))

    def _restore(self, backup: Backup) -> None:
        backup.restore()
        self.was_restored = True

    @rule()
    def the_folder_is_lost(self) -> None:
        self.guard.close()
        shutil.rmtree(settings.DEPARTURES_FOLDER, ignore_errors=True)
        connection.close()

    # People and providers

    @precondition(lambda self: is_held())
    @rule()
    def a_person_releases(self) -> None:
        self.time.shift(timedelta(seconds=61))
        release(None)
        self.excused |= set(self.left)
        self.time.shift(timedelta(seconds=1))

    @precondition(lambda self: self.left)
    @rule(data=st.data())
    def the_provider_pushes(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.left)))
        body = f"id-{number}|{self.left[number]}|{number}|delivered|0|1".encode()
        InboundPush.objects.create(account=self.account, door="receipts", body=body)
        apply_pushes()

    # What always holds

    @invariant()
    def an_honest_database_is_never_held(self) -> None:
        if hasattr(self, "campaigns") and not self.was_restored:
            assert not HoldReason.objects.filter(cause__in=CAUSES).exists()

    def teardown(self) -> None:
        if not hasattr(self, "campaigns"):
            return
        self.clock.stop()
        self.guard.close()
        for backup in self.backups:
            backup.remove()
        for model in (Receipt, InboundPush, Campaign, Hold, Installation, SenderFolder):
            model.objects.all().delete()
        shutil.rmtree(self.folder, ignore_errors=True)
