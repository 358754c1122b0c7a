"""While all sending is held nothing leaves, whoever held it and whatever a worker has planned."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.compose.testsends.services import send_test
from campaigns.following.recipients.unknowns.choices import Choice
from campaigns.following.recipients.unknowns.services import resolve
from campaigns.lifecycle import services
from campaigns.models import Activity, Campaign, Hold, HoldReason, Submission
from campaigns.models.held import current
from campaigns.receipts.ingest import apply_pushes
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.hold import hold_all, hold_by_setting, release
from campaigns.upkeep import sweeps
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words
from providers.models import InboundPush
from tests.campaigns.sending.lines import hold_line
from tests.campaigns.sending.steps import claim_one, plan_of, write_intents
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
WHY = Words("Somebody found two calls.")


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), recipients=6, chunk=3)


def test_nothing_leaves_and_the_campaign_stays_as_it_is(campaign: Campaign, fake_gateway: FakeGateway) -> None:
    hold_all(WHY, "person")
    assert not dispatch(campaign.pk, http=NoHttp())
    assert fake_gateway.asked == []
    campaign.refresh_from_db()
    assert campaign.state == "running"
    assert states_of(campaign) == {"pending": 6}
    assert not campaign.chunks.exclude(lease_until=None).exists()


def test_what_a_worker_has_planned_is_not_let_out_any_more(campaign: Campaign, fake_gateway: FakeGateway) -> None:
    claim = claim_one(campaign, timezone.now())
    requests = plan_of(campaign, claim, fake_gateway)
    hold_all(WHY, "person")
    assert write_intents(claim, requests, timezone.now()) is None
    assert not Submission.objects.exists()
    release(None)
    assert write_intents(claim, requests, timezone.now())


def test_a_hold_in_the_middle_of_sending_stops_it_and_keeps_the_answers(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = make_campaign(make_account(settings={"max_callees_voice_file": 1}), recipients=60)
    line = hold_line(monkeypatch, fake_gateway)
    line.look = lambda collected: hold_all(WHY, "person") if collected == 2 else None
    dispatch(campaign.pk)
    sent = len(fake_gateway.asked)
    assert 0 < sent < 60
    assert states_of(campaign) == {"submitted": sent, "pending": 60 - sent}
    assert not Submission.objects.filter(state="intent").exists()
    assert not dispatch(campaign.pk), "it would ask again and again for a worker"
    release(None)
    line.look = lambda collected: None
    dispatch(campaign.pk)
    assert states_of(campaign) == {"submitted": 60}
    numbers = fake_gateway.numbers_asked
    assert len(numbers) == len(set(numbers)) == 60


def test_no_worker_is_woken_and_nothing_scheduled_starts(campaign: Campaign, published: list[str]) -> None:
    due = make_campaign(campaign.account, running=False, state="scheduled", scheduled_at=timezone.now())
    hold_all(WHY, "person")
    published.clear()
    sweeps.sweep()
    due.refresh_from_db()
    assert due.state == "scheduled"
    assert "campaigns.dispatch" not in published
    release(None)
    sweeps.sweep()
    due.refresh_from_db()
    assert due.state == "running"
    assert "campaigns.dispatch" in published


def test_starting_resuming_and_tests_are_refused_in_words(campaign: Campaign) -> None:
    draft = make_campaign(campaign.account, running=False)
    services.pause(campaign, None)
    hold_all(WHY, "person")
    acts: list[Callable[[], Any]] = [
        lambda: services.start(draft, None),
        lambda: services.resume(campaign, None),
        lambda: send_test(draft, {"8613900000000": "13900000000"}, None, None),
    ]
    for act in acts:
        with pytest.raises(services.NotPossible, match="All sending is held"):
            act()
    assert not Campaign.objects.filter(test_of=draft).exists()
    services.cancel(campaign, None)


def test_who_is_to_be_sent_to_again_waits_and_receipts_are_taken(campaign: Campaign) -> None:
    dispatch(campaign.pk, http=NoHttp())
    campaign.recipients.filter(position=1).update(state="unknown")
    hold_all(WHY, "person")
    resolve(campaign, Choice.AGAIN, None)
    person = campaign.recipients.get(position=2)
    body = f"{person.provider_id}||{person.number}|delivered|2|1".encode()
    InboundPush.objects.create(account=campaign.account, door="receipts", body=body)
    apply_pushes()
    assert not dispatch(campaign.pk, http=NoHttp())
    assert states_of(campaign) == {"pending": 1, "delivered": 1, "submitted": 4}


def test_the_first_cause_stays_the_first_and_the_others_stand_beside_it() -> None:
    user = make_user()
    hold_all(WHY, "person", user)
    hold_all(Words("It is behind."), "behind")
    hold_all(Words("It is still behind."), "behind")
    hold = current()
    assert [(reason.cause, reason.words, reason.user) for reason in hold.told] == [
        ("person", WHY.text, user),
        ("behind", "It is behind.", None),
    ]
    assert [line.words for line in Activity.objects.filter(kind="sending_held").order_by("pk")] == [
        WHY.text,
        "It is behind.",
    ]
    assert Activity.objects.get(attention=True, done_at=None).kind == "sending_held"


def test_releasing_is_recorded_and_ends_the_matter() -> None:
    user = make_user()
    hold_all(WHY, "person")
    release(user, note="two calls  were mine")
    assert current() is None
    assert Hold.objects.get().released_by == user
    line = Activity.objects.get(kind="sending_released")
    assert line.user == user
    assert "two calls were mine" in line.words
    assert not Activity.objects.filter(attention=True, done_at=None).exists()
    hold_all(WHY, "person")
    assert current() is not None


def test_a_reason_that_came_since_somebody_looked_is_not_released_unread() -> None:
    hold_all(WHY, "person")
    seen = HoldReason.objects.get().pk
    hold_all(Words("It is behind."), "behind")
    with pytest.raises(Refusal, match="another reason"):
        release(None, seen=seen)
    assert current() is not None
    release(None, seen=HoldReason.objects.latest("pk").pk)
    with pytest.raises(Refusal, match="not held any more"):
        release(None)


def test_the_setting_holds_before_anything_is_written_down_and_is_not_released(
    campaign: Campaign, fake_gateway: FakeGateway, settings: Any
) -> None:
    settings.HOLD_SENDING = True
    assert current() is not None
    assert not dispatch(campaign.pk, http=NoHttp())
    sweeps.sweep()
    assert [reason.cause for reason in current().told] == ["setting"]
    with pytest.raises(Refusal, match="HOLD_SENDING"):
        release(None)
    hold_by_setting()
    assert HoldReason.objects.count() == 1
    settings.HOLD_SENDING = False
    assert not dispatch(campaign.pk, http=NoHttp()), "whoever starts a worker without the setting releases nothing"
    assert fake_gateway.asked == []
    release(None)
    dispatch(campaign.pk, http=NoHttp())
    assert states_of(campaign) == {"submitted": 6}


def test_a_time_that_passed_while_held_is_asked_about(campaign: Campaign) -> None:
    at = timezone.now() - timedelta(hours=3)
    due = make_campaign(campaign.account, running=False, state="scheduled", scheduled_at=at)
    hold_all(WHY, "person")
    sweeps.start_due()
    due.refresh_from_db()
    assert (due.state, due.late) == ("scheduled", False)
    release(None)
    sweeps.start_due()
    due.refresh_from_db()
    assert (due.state, due.late) == ("scheduled", True)
