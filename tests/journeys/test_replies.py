"""Whoever writes back that they want no more gets no more, over HTTP there and back."""

from collections.abc import Iterator
from typing import Any

import pytest

from campaigns.models import Activity, Reply, Suppression
from providers import registry
from providers.contract.abilities import Ability
from providers.contract.magic import ORDINARY
from providers.sandbox.client import SandboxConsole
from tests.factories import states_of

from .live_campaigns import Stage, send, set_up, take_receipts
from .live_sandbox import sandbox_in_a_thread

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

GATEWAYS = [gateway for gateway in registry.all_gateways() if gateway.able_to(Ability.RECEIVES_REPLIES)]


@pytest.fixture(scope="module")
def console() -> Iterator[SandboxConsole]:
    with sandbox_in_a_thread() as running:
        yield running


@pytest.fixture(params=GATEWAYS, ids=lambda gateway: gateway.slug)
def stage(request: pytest.FixtureRequest, console: SandboxConsole, live_server: Any, settings: Any) -> Stage:
    settings.PUBLIC_URL = live_server.url
    return set_up(request.param, Ability.SMS, console)


def test_who_replies_stop_is_left_out_of_what_is_sent_later(stage: Stage) -> None:
    stop, thanks = stage.rehearsal.outcomes["111"], stage.rehearsal.outcomes["112"]
    first = stage.campaign(stop, thanks, ORDINARY)
    stage_two = stage.campaign(stop, thanks, ORDINARY)
    send([first])
    take_receipts(stage.console)

    replies = {reply.text: reply for reply in Reply.objects.all()}
    assert {text: reply.stops for text, reply in replies.items()} == {stop.reply: True, thanks.reply: False}
    assert all(reply.recipient is not None and reply.recipient.campaign_id == first.pk for reply in replies.values())
    assert Suppression.objects.get().number == stage.number(0, stop)
    assert Activity.objects.get(kind="suppressed").campaign_id == first.pk

    send([stage_two])
    assert states_of(stage_two)["skipped"] == 1
    taken = [row["number"] for row in stage.ledger()]
    assert taken.count(stage.number(0, stop)) == 1
    assert taken.count(stage.number(1, thanks)) == 2


def test_a_reply_out_of_the_blue_while_a_campaign_waits_is_heeded_once(stage: Stage) -> None:
    campaign = stage.campaign(ORDINARY, ORDINARY)
    number = stage.number(1, ORDINARY)
    for _ in range(2):
        stage.console.reply(stage.gateway.slug, number, " stop! ", "9001")
    take_receipts(stage.console)
    send([campaign])
    assert Reply.objects.count() == 1
    assert [row["number"] for row in stage.ledger()] == [stage.number(0, ORDINARY)]
    assert states_of(campaign)["skipped"] == 1
