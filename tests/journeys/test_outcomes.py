"""Every outcome that the sandbox can play, at every gateway and kind, over HTTP there and back.

The sandbox's ledger is the truth about who was taken; what we must end up with follows from it and from the promises.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.counters.selectors import tallies
from campaigns.lifecycle import services
from campaigns.models import Campaign, Gate, Receipt, Recipient
from campaigns.receipts import resembling
from campaigns.receipts.ingest import rematch
from campaigns.upkeep import sweeps
from providers.accounts import services as accounts
from providers.contract.abilities import Ability
from providers.contract.magic import ORDINARY, Effect, Outcome
from providers.models import InboundPush
from providers.sandbox.client import SandboxConsole
from providers.sandbox.settings import PUSH_FORMS
from tests.factories import states_of

from .live_campaigns import (
    HANG_SECONDS,
    Stage,
    receipts_applied_meanwhile,
    rehearsed_kinds,
    send,
    set_up,
    take_receipts,
)
from .live_sandbox import sandbox_in_a_thread

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

KINDS = rehearsed_kinds()
IDS = [f"{gateway.slug}-{kind}" for gateway, kind in KINDS]

READABLE = {None, Effect.SLOW, Effect.WRONG_TYPE}
"""Effects after which the answer still says everything. Every other one loses it."""

STOPPING = {
    *("-1", "-2", "-7", "-10", "-13", "-16", "-19", "-29", "-30", "-31", "-32", "-35", "-37", "-54"),
    *("400", "401", "402", "405", "4050", "40505", "4051", "4052", "408"),
}
"""Status codes about the account: its key, address, balance, clock, contract, limits, or that it is frozen."""
STOPPING_THE_CAMPAIGN = {"4071", "4077"}
"""Status codes about what this campaign says."""
UNCLEAR = {"-18", "0"}
"""Status codes after which the documents leave open whether the request was taken."""
PASSING = {"4080", "4081", "4082"}
"""Status codes about how often one number is called."""
UNEXPLAINED = {"-12", "-99"}
ONLY_OF_TEXTS = {"-3", "-4", "-5", "-6"}
"""Status codes that no document explains: anywhere, and for calls."""
BEYOND_THE_REQUEST = {"-15", "-24"}
"""Status codes after which everybody waits: for a pause, and for a person who looks at the campaign."""

BY_VERDICT = {
    "delivered": "delivered",
    "undelivered": "undelivered",
    "contradictory": "delivered",
    "unknown": "submitted",
    "none": "submitted",
}
NOT_AGAIN = {"submitted", "delivered", "undelivered", "unknown"}
"""Where somebody may be whom the provider took: nothing leads from here to another submission."""


@pytest.fixture(scope="module")
def console() -> Iterator[SandboxConsole]:
    with sandbox_in_a_thread() as running:
        yield running


@pytest.fixture(params=KINDS, ids=IDS)
def stage(
    request: pytest.FixtureRequest,
    console: SandboxConsole,
    live_server: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Stage:
    # On a slow machine the likeness of a receipt would settle who is unknown before it is looked at.
    monkeypatch.setattr(resembling, "PATIENCE", timedelta(hours=1))
    settings.PUBLIC_URL = live_server.url
    console.settings(batch_form=PUSH_FORMS[request.param_index % len(PUSH_FORMS)])
    return set_up(*request.param, console)


def of_callees(stage: Stage) -> list[Outcome]:
    return [ORDINARY, *(outcome for outcome in stage.rehearsal.outcomes.values() if not outcome.concerns_request)]


def of_requests(stage: Stage) -> list[Outcome]:
    """Outcomes of one request each, after which the campaign goes on at once."""
    return [
        outcome
        for outcome in stage.rehearsal.outcomes.values()
        if outcome.concerns_request
        and outcome.status not in BEYOND_THE_REQUEST
        and outcome.effect is not Effect.HANG
        and outcome.status not in STOPPING | STOPPING_THE_CAMPAIGN
        and outcome.http_status != 429
    ]


def expected(stage: Stage, outcome: Outcome, entry: dict[str, Any] | None) -> str:
    """The state that the ledger's *entry* about somebody (None: not taken) demands."""
    if entry is not None:
        if outcome.effect in READABLE or entry["ref"]:
            return BY_VERDICT[entry["verdict"]]
        return "unknown"
    unexplained = UNEXPLAINED if stage.kind == Ability.SMS else UNEXPLAINED | ONLY_OF_TEXTS
    if outcome.effect is not None or outcome.status in UNCLEAR | unexplained:
        return "unknown"
    return "held" if outcome.status in PASSING else "rejected"


def assert_as_demanded(stage: Stage, campaign: Campaign, outcomes: list[Outcome]) -> None:
    entries = {entry["number"]: entry for entry in stage.ledger()}
    found, demanded = {}, {}
    for place, outcome in enumerate(outcomes):
        number = stage.number(place, outcome)
        found[outcome.name] = campaign.recipients.get(number=number).state
        demanded[outcome.name] = expected(stage, outcome, entries.get(number))
        should_be_taken = outcome.taken and not outcome.refused and not outcome.status
        assert (number in entries) is should_be_taken, outcome.name
    assert found == demanded


def assert_promises(stage: Stage, campaign: Campaign) -> None:
    """What holds whatever happened."""
    ledger = stage.ledger()
    numbers = [entry["number"] for entry in ledger]
    assert len(numbers) == len(set(numbers)), "somebody was taken twice"
    states = dict(campaign.recipients.values_list("number", "state"))
    assert {number: states[number] for number in numbers if states[number] not in NOT_AGAIN} == {}
    assert states_of(campaign) == {state: amount for state, amount in tallies(campaign).items() if amount}
    assert sum(tallies(campaign).values()) == campaign.total == len(states)
    assert not campaign.submissions.filter(state="intent").exists()


def assert_everything_acknowledged_is_kept(stage: Stage) -> None:
    # A push whose answer came too late for the sandbox may be stored after it has given up waiting.
    take_receipts(stage.console)
    ledger = stage.ledger()
    assert not InboundPush.objects.exclude(state="applied", problem="").exists()
    said = sum(Receipt.objects.filter(account=stage.account).values_list("times", flat=True))
    # More than that where an answer of ours came too late to be heard.
    assert sum(entry["acknowledged"] for entry in ledger) <= said <= sum(entry["tried"] for entry in ledger)


def play(stage: Stage, outcomes: list[Outcome]) -> Campaign:
    campaign = stage.campaign(*outcomes)
    with receipts_applied_meanwhile():
        send([campaign])
        take_receipts(stage.console)
    rematch()
    campaign.refresh_from_db()
    return campaign


def asks_nobody_again(stage: Stage, campaign: Campaign) -> None:
    asked = len(stage.requests())
    sweeps.sweep()
    send([campaign])
    assert len(stage.requests()) == asked


def test_each_callee_of_a_filled_request_ends_as_the_ledger_says(stage: Stage) -> None:
    outcomes = of_callees(stage)
    if stage.gateway.kinds[stage.kind].max_callees == 1:
        # Alone in its request, a refused callee is a refused request.
        stage.in_parallel(4)
    campaign = play(stage, outcomes)
    assert_as_demanded(stage, campaign, outcomes)
    assert_promises(stage, campaign)
    assert_everything_acknowledged_is_kept(stage)
    asks_nobody_again(stage, campaign)
    limit = stage.gateway.callees_per_request(stage.kind, stage.account.access())
    assert len(stage.requests()) == -(-len(outcomes) // limit)


def test_receipts_are_matched_counted_and_kept_even_if_they_concern_nobody(stage: Stage) -> None:
    by_name = {outcome.name: outcome for outcome in of_callees(stage)}
    outcomes = [by_name[name] for name in ("thrice", "contradictory", "unknown_id")]
    campaign = play(stage, outcomes)
    thrice, contradictory, _ = campaign.recipients.order_by("position")
    assert sum(thrice.receipts.values_list("times", flat=True)) == 3
    assert set(contradictory.receipts.values_list("verdict", flat=True)) == {"delivered", "undelivered"}
    assert Receipt.objects.filter(recipient=None).count() == 1
    assert {recipient.provider_id for recipient in campaign.recipients.all()} == {
        entry["provider_id"] for entry in stage.ledger()
    }


def test_a_spoilt_or_refused_request_ends_as_the_ledger_and_the_documents_say(stage: Stage) -> None:
    stage.one_callee_per_request()
    outcomes = [ORDINARY, *of_requests(stage)]
    campaign = play(stage, outcomes)
    assert_as_demanded(stage, campaign, outcomes)
    assert_promises(stage, campaign)
    assert_everything_acknowledged_is_kept(stage)
    stage.account.refresh_from_db()
    assert (campaign.state, stage.account.state) == ("running", "active")
    for recipient in campaign.recipients.filter(state__in=["rejected", "held", "unknown"]):
        assert recipient.reason, recipient.number
    asks_nobody_again(stage, campaign)


def test_too_fast_holds_everybody_for_a_while_and_then_goes_on(stage: Stage) -> None:
    stage.one_callee_per_request()
    stage.in_parallel(1)
    too_fast = next(one for one in stage.rehearsal.outcomes.values() if one.http_status == 429)
    campaign = play(stage, [ORDINARY, too_fast, ORDINARY])
    assert len(stage.requests()) == 2
    assert states_of(campaign) == {"delivered": 1, "held": 1, "pending": 1}
    assert (campaign.state, len(stage.ledger())) == ("running", 1)
    held = campaign.recipients.get(state="held")
    assert timedelta(seconds=5) < held.held_until - timezone.now() < timedelta(minutes=5)
    assert Gate.objects.get(account=stage.account).rest_until >= held.held_until
    campaign.recipients.filter(pk=held.pk).update(held_until=timezone.now(), number=stage.number(9, ORDINARY))
    campaign.chunks.update(next_attempt_at=timezone.now())
    Gate.objects.update(rest_until=None)
    send([campaign])
    take_receipts(stage.console)
    assert states_of(campaign) == {"delivered": 3}
    assert_promises(stage, campaign)


def test_a_refused_account_stops_with_words_and_fails_nobody(stage: Stage) -> None:
    stage.one_callee_per_request()
    stage.in_parallel(1)
    stopping = [outcome for outcome in stage.rehearsal.outcomes.values() if outcome.status in STOPPING]
    assert len(stopping) >= 7
    for outcome in stopping:
        asked = len(stage.requests())
        campaign = stage.campaign(outcome, ORDINARY)
        send([campaign])
        campaign.refresh_from_db()
        stage.account.refresh_from_db()
        assert (stage.account.state, campaign.state) == ("paused", "paused"), outcome.name
        assert campaign.pause_words and campaign.pause_words == stage.account.pause_words, outcome.name
        assert stage.account.pause_concern not in ("", "passing"), outcome.name
        assert states_of(campaign) == {"pending": 2}, outcome.name
        assert len(stage.requests()) == asked + 1, outcome.name
        _clear_away(stage, campaign)
    assert stage.ledger() == []


def _clear_away(stage: Stage, campaign: Campaign) -> None:
    accounts.resume(stage.account)
    services.cancel(campaign, None)
    sweeps.sweep()
    campaign.refresh_from_db()
    assert (campaign.state, states_of(campaign)) == ("cancelled", {"cancelled": 2})


def test_an_account_that_was_mended_goes_on_where_it_stopped(stage: Stage) -> None:
    stage.one_callee_per_request()
    right = stage.account.credentials
    wrong = {name: "wrong" for name in right if name not in ("base_url",)}
    stage.account.set_credentials({**right, **wrong})
    stage.account.save()
    campaign = play(stage, [ORDINARY] * 3)
    assert (campaign.state, states_of(campaign)) == ("paused", {"pending": 3})
    stage.account.set_credentials(right)
    stage.account.save(update_fields=["credentials_encrypted"])
    accounts.resume(stage.account)
    services.resume(campaign, None)
    send([campaign])
    take_receipts(stage.console)
    sweeps.sweep()
    campaign.refresh_from_db()
    assert (campaign.state, states_of(campaign)) == ("finished", {"delivered": 3})
    assert_promises(stage, campaign)


def test_an_account_that_lacks_a_credential_stops_with_words_and_skips_nobody(stage: Stage) -> None:
    whole = stage.account.credentials
    stage.account.set_credentials({name: value for name, value in whole.items() if name == "base_url"})
    stage.account.save()
    campaign = play(stage, [ORDINARY] * 3)
    stage.account.refresh_from_db()
    assert (stage.account.state, campaign.state, states_of(campaign)) == ("paused", "paused", {"pending": 3})
    assert campaign.pause_words
    assert stage.requests() == []


def test_silence_is_unknown_until_a_receipt_speaks(console: SandboxConsole, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    console.settings(batch_form="single")
    # The first and the last kind: each costs the shortest wait for an answer.
    stages = [set_up(gateway, kind, console) for gateway, kind in (KINDS[0], KINDS[-1])]
    # An account whose first request is answered by silence would wait for a person.
    outcomes = {stage: [ORDINARY, stage.rehearsal.outcomes["911"], stage.rehearsal.outcomes["912"]] for stage in stages}
    for stage in stages:
        stage.one_callee_per_request()
        stage.set(read_seconds=HANG_SECONDS)
    campaigns = {stage: stage.campaign(*outcomes[stage]) for stage in stages}
    with ThreadPoolExecutor(len(stages)) as pool:
        list(pool.map(_send_and_close, campaigns.values()))
    take_receipts(console)
    for stage, campaign in campaigns.items():
        assert_as_demanded(stage, campaign, outcomes[stage])
        assert_promises(stage, campaign)
        asks_nobody_again(stage, campaign)
        assert Recipient.objects.get(campaign=campaign, position=3).state == "unknown"


def _send_and_close(campaign: Campaign) -> None:
    try:
        send([campaign])
    finally:
        connection.close()
