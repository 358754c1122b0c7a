"""The first request of an account that was changed, and of a campaign that was started, goes alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.lifecycle import services
from campaigns.models import Activity, Campaign
from campaigns.sending.dispatcher import dispatch
from notifyadmin.web.words import in_words
from providers.accounts import services as accounts
from providers.contract.errors import (
    Answered,
    NotSent,
    Refused,
    RefusedCallee,
    SubmitAnswer,
    UnclearCallee,
    Unknown,
)
from providers.contract.messages import Message
from providers.contract.statuses import Concern
from providers.contract.words import Words
from providers.models import Account
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of
from tests.factories.fakes import accept_all

from .lines import HeldLine, hold_line

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

SAID = Words("Said so.")


def run(campaign: Campaign) -> None:
    while dispatch(campaign.pk, http=NoHttp()):
        pass


def unproven(callees: int = 200, **values: object) -> Account:
    return make_account(settings={"max_callees_voice_file": callees}, answered_at=None, **values)


def unclear(message: Message) -> SubmitAnswer:
    return Answered((), (), tuple(UnclearCallee(one.ref, SAID, f"id-{one.number}") for one in message.callees))


def unknown(message: Message) -> SubmitAnswer:
    return Unknown(SAID, "404", "<html>")


def first_alone(line: HeldLine, campaign: Campaign) -> list[int]:
    """How many were in flight while the first answer was not there."""
    line.holds = lambda collected: collected < 4
    out: list[int] = []
    line.look = lambda collected: out.append(line.in_flight)
    dispatch(campaign.pk)
    return out[:4]


@pytest.mark.parametrize("answer", [unknown, unclear])
def test_a_first_answer_that_says_nothing_stops_the_account_after_one_request(
    fake_gateway: FakeGateway, answer: Callable[[Message], SubmitAnswer], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_line(monkeypatch, fake_gateway)
    fake_gateway.answer = answer
    account = unproven()
    campaign, other = make_campaign(account, recipients=6000), make_campaign(account, recipients=3)
    for _ in range(3):
        dispatch(campaign.pk)
        dispatch(other.pk)
    account.refresh_from_db()
    campaign.refresh_from_db()
    assert (account.state, account.pause_concern, campaign.state) == ("paused", "endpoint", "paused")
    assert len(fake_gateway.asked) == 1
    assert states_of(campaign) == {"unknown": 200, "pending": 5800}
    assert "its 200 recipients" in in_words(account.pause_words)
    assert Activity.objects.filter(kind="account_paused", attention=True).count() == 1


@pytest.mark.parametrize("answer", [unknown, unclear])
def test_a_campaign_of_a_proven_account_spends_one_request_on_answers_that_say_nothing(
    fake_gateway: FakeGateway, answer: Callable[[Message], SubmitAnswer], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_line(monkeypatch, fake_gateway)
    fake_gateway.answer = answer
    account = make_account(settings={"max_callees_voice_file": 200})
    campaign = make_campaign(account, recipients=6000, proven_at=None)
    dispatch(campaign.pk)
    campaign.refresh_from_db()
    account.refresh_from_db()
    assert (campaign.state, account.state, len(fake_gateway.asked)) == ("paused", "active", 1)
    assert states_of(campaign) == {"unknown": 200, "pending": 5800}
    assert in_words(campaign.pause_words).startswith("200 of 6,000 recipients are unknown")


def test_a_person_who_resumes_it_spends_one_more_request(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = unknown
    account = unproven(callees=1)
    campaign = make_campaign(account, recipients=20)
    run(campaign)
    account.refresh_from_db()
    accounts.resume(account)
    services.resume(campaign, None)
    run(campaign)
    assert states_of(campaign) == {"unknown": 2, "pending": 18}
    account.refresh_from_db()
    accounts.resume(account)
    services.resume(campaign, None)
    fake_gateway.answer = accept_all
    run(campaign)
    account.refresh_from_db()
    assert states_of(campaign) == {"unknown": 2, "submitted": 18}
    assert not account.is_unproven


def test_a_wrong_address_stops_also_an_account_that_has_answered_before(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: Unknown(Words("Not the API."), "404", "<html>", concern=Concern.ENDPOINT)
    account = make_account(settings={"max_callees_voice_file": 10}, parallel_requests=1)
    campaign = make_campaign(account, recipients=100)
    run(campaign)
    account.refresh_from_db()
    assert (account.state, account.pause_concern, in_words(account.pause_words)) == (
        *("paused", "endpoint", "Not the API."),
    )
    assert states_of(campaign) == {"unknown": 10, "pending": 90}


def test_what_never_left_is_tried_again_and_stops_nothing(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: NotSent(SAID)
    account = unproven(callees=1)
    campaign = make_campaign(account, recipients=5)
    run(campaign)
    account.refresh_from_db()
    assert (account.state, states_of(campaign)) == ("active", {"held": 1, "pending": 4})


@pytest.mark.parametrize("account_is_new", [True, False], ids=["account", "campaign"])
def test_nothing_leaves_beside_the_first_request_until_it_is_answered(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, account_is_new: bool
) -> None:
    line = hold_line(monkeypatch, fake_gateway)
    account = (
        unproven(1, parallel_requests=8)
        if account_is_new
        else make_account(settings={"max_callees_voice_file": 1}, parallel_requests=8)
    )
    campaign = make_campaign(account, recipients=40, proven_at=timezone.now() if account_is_new else None)
    assert first_alone(line, campaign) == [1, 1, 1, 1]
    assert line.most == 8
    assert states_of(campaign) == {"submitted": 40}
    account.refresh_from_db()
    campaign.refresh_from_db()
    assert not account.is_unproven
    assert campaign.proven_at


def test_another_campaign_of_the_account_waits_for_the_first_answer_too(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = hold_line(monkeypatch, fake_gateway)
    account = unproven(1, parallel_requests=8)
    campaign, other = make_campaign(account, recipients=10), make_campaign(account, recipients=10)
    asked: list[int] = []

    def look(collected: int) -> None:
        if collected == 2:
            line.look = lambda _: None
            asked.append(len(fake_gateway.asked))
            assert not dispatch(other.pk, http=NoHttp())
            asked.append(len(fake_gateway.asked))

    line.holds, line.look = lambda collected: collected < 4, look
    dispatch(campaign.pk)
    assert asked == [1, 1]
    dispatch(other.pk)
    assert (states_of(campaign), states_of(other)) == ({"submitted": 10}, {"submitted": 10})


def test_a_refused_callee_and_a_refused_content_show_that_the_account_works(fake_gateway: FakeGateway) -> None:
    for answer in (
        lambda message: Answered((), (RefusedCallee(message.callees[0].ref, "-9", "bad", SAID),)),
        lambda message: Refused("-9", "bad", SAID, narrow=True),
        lambda message: Refused("4071", "no template", SAID, Concern.CAMPAIGN),
    ):
        account = unproven(callees=1)
        fake_gateway.answer = answer
        run(make_campaign(account, recipients=1))
        account.refresh_from_db()
        assert not account.is_unproven
        assert account.state == "active"


def test_an_answer_to_the_old_credentials_proves_nothing_about_the_new_ones(fake_gateway: FakeGateway) -> None:
    account = unproven(callees=1)
    campaign = make_campaign(account, recipients=3)

    def changed_meanwhile(message: Message) -> SubmitAnswer:
        later = timezone.now() + timedelta(hours=1)
        Account.objects.filter(pk=account.pk).update(credentials_changed_at=later)
        return accept_all(message)

    fake_gateway.answer = changed_meanwhile
    run(campaign)
    account.refresh_from_db()
    assert account.is_unproven


@pytest.mark.parametrize("proven", [True, False])
def test_a_campaign_stop_costs_one_request_and_leaves_the_account_alone(
    fake_gateway: FakeGateway, proven: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold_line(monkeypatch, fake_gateway)
    fake_gateway.answer = lambda message: Refused("4071", "no template", Words("Not there."), Concern.CAMPAIGN)
    account = make_account() if proven else unproven()
    campaign = make_campaign(account, "voice_text", 120, proven_at=None)
    dispatch(campaign.pk)
    campaign.refresh_from_db()
    account.refresh_from_db()
    assert (campaign.state, in_words(campaign.pause_words), campaign.pause_raw) == (
        *("paused", "Not there.", "no template"),
    )
    assert account.state == "active"
    assert len(fake_gateway.asked) == 1
    assert states_of(campaign) == {"pending": 120}
    assert Activity.objects.filter(kind="auto_paused", attention=True).count() == 1
