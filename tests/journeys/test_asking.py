"""Lost answers and lost receipts at the real sandbox: asked for later, and settled by what its records say."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from campaigns.counters.selectors import tallies
from campaigns.models import Asked, Campaign, Inquiry, Receipt, Recipient, Submission
from campaigns.receipts.ingest import rematch
from campaigns.receipts.reconciliation.asking import ask_records
from providers.accounts.services import mark_answered
from providers.contract.abilities import Ability
from providers.contract.magic import ORDINARY, Outcome
from providers.sandbox.client import SandboxConsole
from tests.factories import states_of
from tests.sandboxes import wait_until_pushed

from .live_campaigns import Stage, rehearsed_kinds, send, set_up
from .live_sandbox import QUICK, sandbox_in_a_thread

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

KINDS = [pair for pair in rehearsed_kinds() if pair[0].able_to(Ability.PULLS_RECEIPTS)]
IDS = [f"{gateway.slug}-{kind}" for gateway, kind in KINDS]
TAKEN, NOT_TAKEN, FAILED = "cut_taken", "cut", "sip_486"


@pytest.fixture(scope="module")
def console() -> Iterator[SandboxConsole]:
    with sandbox_in_a_thread() as running:
        yield running


@pytest.fixture(params=KINDS, ids=IDS)
def stage(request: pytest.FixtureRequest, console: SandboxConsole, live_server: Any, settings: Any) -> Iterator[Stage]:
    """A provider that has lost our push addresses, so that nothing comes unless it is asked for."""
    settings.PUBLIC_URL = live_server.url
    made = set_up(*request.param, console)
    console.set_push(made.gateway.slug, dict.fromkeys(made.rehearsal.doors, ""))
    made.one_callee_per_request()
    # An account whose first answer is lost waits for a person; that is another story.
    mark_answered(made.account.pk, timezone.now())
    yield made
    console.settings(receipt_delay=QUICK["receipt_delay"])
    console.reset()


def outcomes(stage: Stage, *names: str) -> list[Outcome]:
    by_name = {outcome.name: outcome for outcome in stage.rehearsal.outcomes.values()}
    return [by_name.get(name, ORDINARY) for name in names]


def sent(stage: Stage, *names: str) -> Campaign:
    campaign = stage.campaign(*outcomes(stage, *names))
    send([campaign])
    wait_until_pushed(stage.console)
    return campaign


def some_time_passes(**amount: float) -> None:
    """Everything of ours is so much older. At the provider it is not, whose clock may be minutes ahead."""
    gone = timedelta(**amount)
    Submission.objects.update(started_at=F("started_at") - gone)
    Recipient.objects.update(changed_at=F("changed_at") - gone, submitted_at=F("submitted_at") - gone)
    Receipt.objects.update(received_at=F("received_at") - gone)
    Asked.objects.update(next_at=F("next_at") - gone)
    Inquiry.objects.update(next_at=F("next_at") - gone)


def the_provider_knows_the_outcome() -> None:
    time.sleep(QUICK["receipt_delay"][1])


def ask_and_match() -> None:
    the_provider_knows_the_outcome()
    some_time_passes(seconds=61)
    ask_records()
    # What carries no reference is matched by number and time, but not at once.
    Receipt.objects.update(received_at=F("received_at") - timedelta(seconds=11))
    rematch()


def submissions_at(stage: Stage) -> int:
    return sum(bool(request["asked"]) for request in stage.requests())


def by_outcome(stage: Stage, campaign: Campaign, *names: str) -> list[Recipient]:
    numbers = [stage.number(place, outcome) for place, outcome in enumerate(outcomes(stage, *names))]
    return [campaign.recipients.get(number=number) for number in numbers]


def test_a_lost_answer_is_settled_by_the_records_and_nobody_is_asked_for_twice(stage: Stage) -> None:
    campaign = sent(stage, TAKEN, NOT_TAKEN)
    assert states_of(campaign) == {"unknown": 2}
    asked = submissions_at(stage)
    ask_and_match()
    taken, not_taken = by_outcome(stage, campaign, TAKEN, NOT_TAKEN)
    [entry] = stage.ledger()
    assert (taken.state, taken.provider_id) == ("delivered", entry["provider_id"])
    assert (not_taken.state, not_taken.provider_id) == ("unknown", "")
    assert "did not show this recipient" in not_taken.reason
    assert submissions_at(stage) == asked
    assert states_of(campaign) == {state: amount for state, amount in tallies(campaign).items() if amount}


def test_what_is_under_way_becomes_submitted_and_is_settled_when_it_is_over(stage: Stage) -> None:
    stage.console.settings(receipt_delay=[600, 600])
    campaign = stage.campaign(*outcomes(stage, TAKEN))
    send([campaign])
    ask_and_match()
    [recipient] = by_outcome(stage, campaign, TAKEN)
    assert (recipient.state, recipient.provider_id) == ("submitted", stage.ledger()[0]["provider_id"])
    stage.console.settings(receipt_delay=QUICK["receipt_delay"])
    the_provider_knows_the_outcome()
    some_time_passes(minutes=31)
    ask_records()
    recipient.refresh_from_db()
    assert recipient.state == "delivered"


def test_receipts_that_never_came_are_asked_for_by_id(stage: Stage) -> None:
    campaign = sent(stage, "ordinary", FAILED)
    the_provider_knows_the_outcome()
    assert states_of(campaign) == {"submitted": 2}
    ask_records()
    assert states_of(campaign) == {"submitted": 2}
    some_time_passes(minutes=31)
    ask_records()
    reached, failed = by_outcome(stage, campaign, "ordinary", FAILED)
    assert (reached.state, failed.state) == ("delivered", "undelivered")
    assert Receipt.objects.filter(account=stage.account).count() == 2
