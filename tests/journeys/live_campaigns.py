"""Campaigns against a running sandbox: composed as staff compose them, sent by the real code, receipts by HTTP."""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import connection

from campaigns.compose.steps import services as compose
from campaigns.lifecycle import services
from campaigns.models import Campaign
from campaigns.people.audience.importing import add_audience
from campaigns.people.audience.reading import read_text
from campaigns.receipts.ingest import apply_pushes
from campaigns.sending.dispatcher import dispatch
from providers import registry, rehearsing
from providers.contract.abilities import Ability
from providers.contract.gateway import Gateway
from providers.contract.magic import ORDINARY, Outcome
from providers.contract.rehearsal import Rehearsal
from providers.models import Account, VoiceFile, VoiceFileCopy, VoiceTemplate
from providers.sandbox.client import SandboxConsole
from providers.sandbox.mounts import rehearsals
from providers.voicetemplates import services as templates
from tests.factories.pushes import wait_for_pushes
from tests.sandboxes import wait_until_pushed

TEXT = "The gate opens at {code}."
HANG_SECONDS = 5
"""The shortest wait for an answer that accounts may be set to."""


@dataclass(frozen=True)
class Stage:
    """One kind at one gateway: its account at the sandbox, and the console that tells the truth about it."""

    gateway: Gateway
    kind: Ability
    rehearsal: Rehearsal
    account: Account
    console: SandboxConsole

    def campaign(self, *outcomes: Outcome) -> Campaign:
        """A started campaign with one recipient per outcome, in this order."""
        campaign = compose.create_draft(name="Outcomes", kind=self.kind, account=self.account)
        compose.save_content(campaign, **self._content())
        numbers = [self.number(place, outcome) for place, outcome in enumerate(outcomes)]
        table = read_text("\n".join(["mobile,code", *(f"{number},{place}" for place, number in enumerate(numbers))]))
        result = add_audience(campaign, table.rows, table.columns)
        assert (result.good, result.bad, result.duplicates) == (len(outcomes), 0, 0)
        services.start(campaign, None)
        return campaign

    def number(self, place: int, outcome: Outcome) -> str:
        return self.rehearsal.number_for(place, "" if outcome is ORDINARY else outcome.name)

    def one_callee_per_request(self) -> None:
        self.set(**{f"max_callees_{self.kind}": 1})

    def set(self, **settings: Any) -> None:
        self.account.settings |= settings
        self.account.save(update_fields=["settings"])

    def in_parallel(self, requests: int) -> None:
        self.account.parallel_requests = requests
        self.account.save(update_fields=["parallel_requests"])

    def ledger(self) -> list[dict[str, Any]]:
        return list(self.console.ledger(provider=self.gateway.slug))

    def requests(self) -> list[dict[str, Any]]:
        """The requests that asked for somebody, oldest first."""
        return list(self.console.requests(provider=self.gateway.slug))

    def _content(self) -> dict[str, Any]:
        if self.kind is Ability.VOICE_FILE:
            file, _ = VoiceFile.objects.get_or_create(name="Outcomes")
            VoiceFileCopy.objects.get_or_create(
                voice_file=file, account=self.account, defaults={"file_id": self.rehearsal.file_id}
            )
            return {"voice_file": file}
        if self.kind is Ability.VOICE_TEMPLATE:
            template = self._template()
            return {"template": template, "text": template.text.replace(self.gateway.template_variable, "{code}")}
        return {"text": TEXT, "options": {"language": "EN"} if self.kind is Ability.VOICE_TEXT else {}}

    def _template(self) -> VoiceTemplate:
        known = self.rehearsal.template
        assert known is not None
        mine = VoiceTemplate.objects.filter(account=self.account, provider_id=known.id).first()
        return mine or templates.take_over(
            account=self.account, name="Known", provider_id=known.id, text=known.text, by=None
        )


def set_up(gateway: Gateway, kind: Ability, console: SandboxConsole) -> Stage:
    """A new account at the sandbox, which forgets everything and pushes to this account from now on."""
    rehearsal = rehearsals()[gateway.slug]
    wait_until_pushed(console)
    console.reset()
    account = rehearsing.create_sandbox_account(rehearsal, console.url)
    rehearsing.tell_push_addresses(console, [account])
    return Stage(gateway, kind, rehearsal, account, console)


def rehearsed_kinds() -> list[tuple[Gateway, Ability]]:
    """Every kind of every gateway that the sandbox can play, which is every gateway there is."""
    known = rehearsals()
    assert set(known) == {gateway.slug for gateway in registry.all_gateways()}
    return [(gateway, kind) for gateway in registry.all_gateways() for kind in gateway.able_kinds()]


def send(campaigns: Sequence[Campaign]) -> None:
    """Dispatch each until nothing of it is due."""
    for campaign in campaigns:
        while dispatch(campaign.pk):
            pass


@contextlib.contextmanager
def receipts_applied_meanwhile() -> Iterator[None]:
    """Apply pushes in another thread all the time, so that receipts meet answers that are not stored yet."""
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.wait(0.01):
                apply_pushes()
        finally:
            connection.close()

    with ThreadPoolExecutor(1, thread_name_prefix="receipts") as pool:
        working = pool.submit(work)
        try:
            yield
        finally:
            stop.set()
        working.result(30)
    # What was stored while that thread held the account's lock, and had looked before, waited for its next turn.
    while apply_pushes():
        pass


def take_receipts(console: SandboxConsole) -> None:
    """Wait until the sandbox owes nothing and everything that it pushed is applied."""
    wait_until_pushed(console)
    wait_for_pushes()
    while apply_pushes():
        pass
