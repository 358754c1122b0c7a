"""The campaigns of :mod:`.odd_cases`, sent by the workers of an installation. Django must be set up."""

import contextlib
import io
import itertools
import json
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.compose.steps import services as compose
from campaigns.lifecycle import services as lifecycle
from campaigns.models import Campaign, Chunk, Gate, Receipt, Recipient
from campaigns.people.audience.importing import add_audience
from campaigns.people.audience.reading import read_text
from notifyadmin.running import services
from notifyadmin.running.supervisor import Supervisor
from providers import registry
from providers.accounts import services as accounts
from providers.accounts.limits import Limits
from providers.accounts.models import Account
from providers.contract.abilities import Ability
from providers.contract.words import Words
from providers.models import VoiceFile, VoiceFileCopy, VoiceTemplate
from tests.chaos.crew import Crew
from tests.chaos.stacks import Stack
from tests.chaos.stage import patiently

from .odd_cases import CASES, FILE, PASSING, SHORTEST_PAUSE, SINGLE, Case
from .odd_server import OddServer, code, well
from .stack import until

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.3
TEMPLATE = "您的订单号是:【变量】。请注意查收。"
CREDENTIALS = {"account": "VM1", "api_key": "key", "api_secret": "secret", "voice_app_id": "v", "sms_app_id": "m"}
WAITING = ("pending", "held")


@dataclass
class Act:
    case: Case
    account: Account
    campaign: Campaign


class Play:
    """The provider and the campaigns at it."""

    def __init__(self, crew: Crew, server: OddServer) -> None:
        self.crew, self.server = crew, server
        self.user = get_user_model().objects.get(username="admin")
        self._numbers = itertools.count(1_000_000)
        self._witnesses = itertools.count(1)
        self.acts: list[Act] = []

    # Setting up

    def compose_all(self) -> None:
        for case in CASES:
            account = self._account(case.name, case.kind, case.group)
            self.acts.append(Act(case, account, self._campaign(account, case.kind, case.people)))

    def prove(self) -> None:
        """Some accounts have sent well before."""
        proven = [act for act in self.acts if act.case.proven]
        first = [self._campaign(act.account, act.case.kind, 1) for act in proven]
        for campaign in first:
            lifecycle.start(campaign, self.user)
        self._wait(lambda: all(self._states(one) == {"submitted": 1} for one in first))
        for act in proven:
            self.server.requests = [one for one in self.server.requests if one.place != place_of(act.case)]

    def start(self) -> None:
        """When the tests of the connections have passed: a balance is told to everybody."""
        pks = [act.account.pk for act in self.acts]
        self._wait(lambda: Account.objects.filter(pk__in=pks, check_passed=True).count() == len(pks))
        for act in self.acts:
            self.server.answers[place_of(act.case)] = act.case.answer
            lifecycle.start(act.campaign, self.user)

    def _account(self, name: str, kind: Ability, group: int) -> Account:
        gateway = next(iter(registry.able_to(kind)))
        wanted = {one.name for one in gateway.credentials} & CREDENTIALS.keys()
        own = {field: CREDENTIALS[field] for field in wanted}
        limits = {one.name: group for one in gateway.settings if one.name == f"max_callees_{kind}"}
        return accounts.create_account(
            provider=gateway.slug,
            name=name,
            credentials={**own, "base_url": self.server.url(place(name))},
            settings=limits,
            limits=Limits(shortest_pause=SHORTEST_PAUSE),
        )

    def _campaign(self, account: Account, kind: Ability, people: int) -> Campaign:
        campaign = compose.create_draft(name=f"{account.name} {people}", kind=kind, account=account)
        compose.save_content(campaign, **self._content(account, kind))
        head = "861391" if kind is SINGLE else "62812"
        numbers = [f"{head}{next(self._numbers)}" for _ in range(people)]
        table = read_text("\n".join(["mobile,code", *(f"{number},{number[-6:]}" for number in numbers)]))
        result = add_audience(campaign, table.rows, table.columns)
        assert (result.good, result.bad, result.duplicates) == (people, 0, 0)
        return Campaign.objects.get(pk=campaign.pk)

    def _content(self, account: Account, kind: Ability) -> dict[str, Any]:
        if kind is FILE:
            file, _ = VoiceFile.objects.get_or_create(name="Odd")
            VoiceFileCopy.objects.get_or_create(voice_file=file, account=account, defaults={"file_id": "1.mp3"})
            return {"voice_file": file}
        if kind is SINGLE:
            known = {"text": TEMPLATE, "provider_id": "1361", "state": "approved"}
            template, _ = VoiceTemplate.objects.get_or_create(account=account, name="Odd", defaults=known)
            return {"template": template, "text": TEMPLATE.replace(account.gateway.template_variable, "{code}")}
        return {"text": "Code {code}"}

    # Waiting

    def _wait(self, happened: Any) -> bool:
        def look() -> bool:
            # Each look asks about every campaign.
            time.sleep(LOOK_SECONDS)
            self.crew.tend()
            return bool(patiently(happened))

        return until(look, PATIENCE_SECONDS)

    def wait_for_all(self) -> None:
        """Until everything is as it must become, or has had its time; then the workers have had their chances."""
        self._wait(lambda: all(self._is_there(act) for act in self.acts))
        self.workers_come_round()

    def _is_there(self, act: Act) -> bool:
        act.campaign.refresh_from_db()
        is_out = act.campaign.submissions.filter(state="intent").exists()
        return act.campaign.state == act.case.campaign and self._states(act.campaign) == act.case.states and not is_out

    def workers_come_round(self) -> None:
        """Two campaigns, one after the other, that are over when a sweep has closed them.

        What the workers would still have done with the others, they have done: the sweep that closes the first has
        also woken whatever was due, and the second was sent after that.
        """
        for _ in range(2):
            name = f"witness {next(self._witnesses)}"
            account = self._account(name, FILE, 1)
            campaign = self._campaign(account, FILE, 1)
            self.server.answers[place(name)] = code(-9, "Number is abnormal")
            lifecycle.start(campaign, self.user)
            assert self._wait(lambda one=campaign: self._state(one) == "finished"), self.crew.falls

    def _state(self, campaign: Campaign) -> str:
        return Campaign.objects.values_list("state", flat=True).get(pk=campaign.pk)

    def _states(self, campaign: Campaign) -> dict[str, int]:
        found = Recipient.objects.filter(campaign=campaign).values_list("state").annotate(n=Count("pk")).order_by()
        return dict(found)

    # What a person does

    def push_receipts(self) -> None:
        """Reports about people whom the provider had refused, by the door."""
        awaited = [act for act in self.acts if act.case.receipts]
        for act in awaited:
            asked = self.server.asked(place_of(act.case))[0]
            door = accounts.new_push_address(act.account).doors[0]
            for number in asked.numbers[: act.case.receipts]:
                push(door.url, answered_call(number, asked.reference))
        self._wait(lambda: all(self._receipts(act) >= act.case.receipts for act in awaited))

    def _receipts(self, act: Act) -> int:
        return Receipt.objects.filter(account=act.account, recipient__campaign=act.campaign).count()

    def page(self, act: Act) -> str:
        """The campaign's page, as whoever is about to resume reads it."""
        client = Client()
        client.force_login(self.user)
        address = reverse("campaigns:detail", args=[act.campaign.pk])
        return " ".join(client.get(address, headers={"host": settings.HOST}).content.decode().split())

    def resume(self) -> None:
        """The provider is well, and a person lets everything go on; where nobody need, the time has passed."""
        for act in self.acts:
            self.server.answers[place_of(act.case)] = well
            act.account.refresh_from_db()
            act.campaign.refresh_from_db()
            if act.account.state == "paused":
                accounts.resume(act.account)
            if act.campaign.state == "paused":
                lifecycle.resume(act.campaign, self.user)
        self._let_time_pass([act for act in self.acts if act.case in PASSING])
        self._wait(lambda: not any(set(self._states(act.campaign)) & set(WAITING) for act in self.acts))
        self.workers_come_round()

    def _let_time_pass(self, acts: Sequence[Act]) -> None:
        now = timezone.now()
        for act in acts:
            Gate.objects.filter(account=act.account).update(rest_until=None)
            act.campaign.recipients.filter(state="held").update(held_until=now)
            Chunk.objects.filter(campaign=act.campaign).update(next_attempt_at=now)

    # What is seen

    def seen(self) -> dict[str, dict[str, Any]]:
        return {act.case.name: patiently(lambda one=act: self._seen(one)) for act in self.acts}

    def _seen(self, act: Act) -> dict[str, Any]:
        act.campaign.refresh_from_db()
        act.account.refresh_from_db()
        gate = Gate.objects.filter(account=act.account).first()
        unknown = act.campaign.recipients.filter(state="unknown").values_list("reason", "raw", "provider_id")
        rests = gate.rest_until - timezone.now() if gate and gate.rest_until else None
        return {
            "requests": [list(one.numbers) for one in self.server.asked(place_of(act.case))],
            "states": self._states(act.campaign),
            "people": dict(act.campaign.recipients.values_list("number", "state")),
            "campaign": act.campaign.state,
            "account": act.account.state,
            "concern": act.account.pause_concern,
            "words": [read(act.campaign.pause_words), read(act.account.pause_words), read(gate.words if gate else "")],
            "raw": [act.campaign.pause_raw, act.account.pause_raw],
            "unknown": [[read(reason), raw, one] for reason, raw, one in unknown[:300]],
            "rests": rests.total_seconds() if rests else 0.0,
        }


def play(stack: Stack) -> dict[str, Any]:
    with running(stack) as (crew, server):
        scene = Play(crew, server)
        scene.compose_all()
        scene.prove()
        scene.start()
        scene.wait_for_all()
        before = scene.seen()
        scene.push_receipts()
        pages = {act.case.name: scene.page(act) for act in scene.acts if act.case.receipts}
        told = scene.seen()
        scene.resume()
        return {"before": before, "told": told, "pages": pages, "after": scene.seen(), "falls": crew.falls}


@contextlib.contextmanager
def running(stack: Stack) -> Iterator[tuple[Crew, OddServer]]:
    """Everything but the sandbox, and the odd provider in its place."""
    server = OddServer()
    server.start()
    with Supervisor(settings.VAR / "log", stop_seconds=1, copies=settings.COPY_PROCESSES) as supervisor:
        crew = Crew(supervisor)
        for one in stack.servers:
            crew.add(one)
        with contextlib.redirect_stdout(io.StringIO()):
            call_command("prepare", "--no-examples", verbosity=0)
        for one in (services.web(settings.HOST, settings.PORT, {}), *services.workers({})):
            crew.add(one)
        yield crew, server
    server.stop()


def place(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name)


def place_of(case: Case) -> str:
    return place(case.name)


def read(packed: str) -> str:
    """What people read, without the points between thousands."""
    return str(Words.unpack(packed)).replace(",", "") if packed else ""


def answered_call(number: str, reference: str) -> dict[str, Any]:
    """A report in the form of the documents, with the id of a call that no answer has named."""
    times = {"answerTime": "1764500000000", "hangupTime": "1764500009000", "callDuration": 9}
    return {"voiceId": f"9{number}", "callee": number, "calledInfo": reference, "terminationCode": "0", **times}


def push(url: str, report: dict[str, Any]) -> None:
    request = urllib.request.Request(url, json.dumps(report).encode(), {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        assert answer.status == 200
