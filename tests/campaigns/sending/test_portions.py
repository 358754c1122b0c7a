"""A chunk of single requests is planned a portion at a time, and answers that come one by one are taken together."""

from statistics import median
from typing import Any

import pytest

from campaigns.models import Campaign, Submission
from campaigns.sending import leased_chunks, send_loop
from campaigns.sending.dispatcher import dispatch
from providers.contract.http import HttpFailure, HttpResponse
from tests.factories import FakeGateway, make_account, make_campaign, states_of

from .lines import hold_line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def single_requests(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """To 23 people, four at a time."""
    hold_line(monkeypatch, gateway)
    return make_campaign(make_account(parallel_requests=4), "voice_text", 23)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leased_chunks, "AT_ONCE", 5)


@pytest.mark.usefixtures("small")
def test_everybody_of_a_chunk_is_sent_to_once_and_every_request_has_its_own_reference(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = single_requests(fake_gateway, monkeypatch)
    while dispatch(campaign.pk):
        pass
    assert len(fake_gateway.numbers_asked) == len(set(fake_gateway.numbers_asked)) == 23
    assert Submission.objects.values("reference").distinct().count() == 23
    assert states_of(campaign) == {"submitted": 23}


@pytest.mark.usefixtures("small")
def test_those_behind_a_portion_that_is_skipped_as_a_whole_are_sent_to(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = single_requests(fake_gateway, monkeypatch)
    campaign.text = "Your code is {code}."
    campaign.save()
    campaign.recipients.filter(position__gt=17).update(variables={"code": "12"})
    campaign.recipients.filter(position__lte=17).update(variables={})
    while dispatch(campaign.pk):
        pass
    assert states_of(campaign) == {"skipped": 17, "submitted": 6}


def test_a_chunk_that_is_given_back_half_planned_goes_on_later(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    campaign = single_requests(fake_gateway, monkeypatch)
    looks = iter([False, False, True])
    dispatch(campaign.pk, stopping=lambda: next(looks, True))
    assert 0 < len(fake_gateway.asked) < 23
    while dispatch(campaign.pk):
        pass
    assert states_of(campaign) == {"submitted": 23}
    assert len(set(fake_gateway.numbers_asked)) == len(fake_gateway.numbers_asked)


def test_answers_that_come_one_by_one_but_often_share_a_turn(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = hold_line(monkeypatch, fake_gateway)
    sizes: list[int] = []

    def one(_: float) -> list[tuple[int, HttpResponse | HttpFailure]]:
        return [(line._waiting.pop(0), HttpResponse(200, "", b"", 0.06))] if line._waiting else []

    real = send_loop.settle_and_claim

    def counted(settled: Any, *rest: Any) -> Any:
        if settled:
            sizes.append(len(settled))
        return real(settled, *rest)

    monkeypatch.setattr(line, "collect", one)
    monkeypatch.setattr(send_loop, "settle_and_claim", counted)
    campaign = make_campaign(make_account(parallel_requests=200), "voice_text", 500)
    while dispatch(campaign.pk):
        pass
    assert states_of(campaign) == {"submitted": 500}
    in_the_middle = sizes[len(sizes) // 4 : len(sizes) * 3 // 4]
    assert median(in_the_middle) >= send_loop.FEW
