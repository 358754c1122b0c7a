"""After a restored backup, whoever may have been sent to since is unknown and nobody else is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from campaigns.counters.recounts.recount import differences_of
from campaigns.following.evidence.timeline import moments
from campaigns.models import Activity, Campaign, Hold, Restoration, Submission
from campaigns.models.campaign import CHUNK_SIZE
from campaigns.models.held import current
from campaigns.models.statuses import CampaignState
from campaigns.people.audience.importing import add_audience
from campaigns.people.audience.reading import Row
from campaigns.receipts.ingest import apply_pushes, rematch
from campaigns.receipts.restoring import services
from campaigns.sending.departures import reading
from campaigns.sending.departures.reading import Left
from campaigns.sending.dispatcher import dispatch
from campaigns.sending.hold import release
from campaigns.upkeep import sweeps
from providers.models import Account, InboundPush
from tests.campaigns.sending.steps import claim_one, plan_of, write_intents
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    return make_account()


@pytest.fixture
def campaign(account: Account) -> Campaign:
    """Nine people in three chunks, of whom the first was delivered before the backup and the second is held."""
    campaign = make_campaign(account, recipients=9, chunk=3)
    campaign.recipients.filter(position=1).update(state="delivered")
    campaign.recipients.filter(position=2).update(state="held", held_until=timezone.now() + timedelta(hours=1))
    return campaign


@pytest.fixture
def taken_at() -> datetime:
    return timezone.now() - timedelta(hours=2)


def after_restore(taken_at: datetime) -> str:
    said = StringIO()
    call_command("after_restore", f"--taken-at={taken_at.isoformat()}", stdout=said)
    return said.getvalue()


def records(monkeypatch: pytest.MonkeyPatch, *left: Left) -> None:
    monkeypatch.setattr(reading, "covers", lambda *moments: True)
    monkeypatch.setattr(reading, "left_since", lambda moment: iter(left))


def left_of(campaign: Campaign, positions: str, reference: str = "") -> Left:
    reference = reference or f"{campaign.reference}-1-77-0"
    return Left(reference, campaign.reference, campaign.account_id, positions, timezone.now())


def push(account: Account, number: str, provider_id: str = "call-1", ref: str = "") -> None:
    body = f"{provider_id}|{ref}|{number}|delivered|2|".encode()
    InboundPush.objects.create(account=account, door="receipts", body=body)
    apply_pushes()


def assert_adds_up(*campaigns: Campaign) -> None:
    assert differences_of([campaign.pk for campaign in campaigns]) == []


def test_whoever_waited_becomes_unknown_with_the_reason_and_sending_is_held(
    campaign: Campaign, taken_at: datetime
) -> None:
    said = after_restore(taken_at)
    assert states_of(campaign) == {"delivered": 1, "unknown": 8}
    assert_adds_up(campaign)
    assert [reason.cause for reason in current().told] == ["restored"]
    assert "8 became unknown, 8 still are, 0 wait" in said
    assert "+00:00" in said
    person = campaign.recipients.select_related("campaign__account").get(position=5)
    told = [note for moment in moments(person) for note in moment.notes]
    assert any("restored from a backup taken at" in note and "may have been sent to since" in note for note in told)
    campaign.refresh_from_db()
    assert campaign.state == "running"


def test_people_who_are_added_after_the_restore_get_no_reference_that_was_given_before_the_loss(
    account: Account, taken_at: datetime
) -> None:
    """Also if nothing but the command held sending: a draft may have been continued and started before the loss."""
    draft = make_campaign(account, recipients=3, chunk=3, running=False)
    after_restore(taken_at)
    add_audience(draft, [Row(place, str(8613900000000 + place)) for place in range(CHUNK_SIZE + 1)], [])
    least = int((timezone.now() - timedelta(minutes=1) - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds())
    assert draft.chunks.count() > 1
    assert all(token > least for token in draft.chunks.values_list("token", flat=True))


def test_nobody_is_sent_to_after_the_release_and_nobody_is_forgotten(
    campaign: Campaign, taken_at: datetime, fake_gateway: FakeGateway
) -> None:
    after_restore(taken_at)
    release(None)
    dispatch(campaign.pk, http=NoHttp())
    sweeps.sweep()
    assert fake_gateway.asked == []
    campaign.refresh_from_db()
    assert campaign.state == "running", "unknown people are open"


def test_who_was_in_flight_is_unknown_and_the_request_of_a_living_worker_is_fenced(
    campaign: Campaign, taken_at: datetime, fake_gateway: FakeGateway
) -> None:
    claim = claim_one(campaign, timezone.now())
    first, *_ = plan_of(campaign, claim, fake_gateway)
    write_intents(claim, [first], timezone.now())
    call_command("after_restore", f"--taken-at={taken_at.isoformat()}", "--workers-wait=0", stdout=StringIO())
    assert not Submission.objects.filter(state="intent").exists()
    release(None)
    assert write_intents(claim, [first], timezone.now()) is None
    sweeps.recover_abandoned()
    assert states_of(campaign) == {"delivered": 1, "unknown": 8}
    assert_adds_up(campaign)


def test_only_whom_the_records_name_becomes_unknown(
    campaign: Campaign, taken_at: datetime, monkeypatch: pytest.MonkeyPatch, fake_gateway: FakeGateway
) -> None:
    records(monkeypatch, left_of(campaign, "1-2,5"), left_of(campaign, "9"))
    said = after_restore(taken_at)
    unknown = campaign.recipients.filter(state="unknown").order_by("position").values_list("position", flat=True)
    assert list(unknown) == [2, 5, 9]
    assert states_of(campaign) == {"delivered": 1, "unknown": 3, "pending": 5}
    assert "by the records of what left" in said
    assert_adds_up(campaign)
    release(None)
    dispatch(campaign.pk, http=NoHttp())
    assert sorted(fake_gateway.numbers_asked) == sorted(
        campaign.recipients.filter(position__in=(3, 4, 6, 7, 8)).values_list("number", flat=True)
    )


def test_what_the_records_name_and_the_backup_knows_the_end_of_is_left_as_it_is(
    campaign: Campaign, taken_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunk = campaign.chunks.first()
    Submission.objects.create(
        reference="known-1", campaign=campaign, chunk=chunk, token=1, positions="2", size=1, state="refused"
    )
    records(monkeypatch, left_of(campaign, "2", "known-1"))
    after_restore(taken_at)
    assert "unknown" not in states_of(campaign)


def test_a_campaign_of_the_records_that_the_backup_does_not_have_is_told(
    campaign: Campaign, taken_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    records(monkeypatch, Left("0123456789-1-1-0", "0123456789", 1, "1-400", timezone.now()))
    said = after_restore(taken_at)
    assert "not in the backup: 1" in said
    assert Activity.objects.get(kind="restored").attention
    assert states_of(campaign) == {"delivered": 1, "held": 1, "pending": 7}


def test_what_had_its_time_since_is_paused_with_everybody_unknown_and_what_comes_later_waits(
    campaign: Campaign, taken_at: datetime
) -> None:
    values = {"running": False, "state": "scheduled", "recipients": 4}
    due = make_campaign(campaign.account, scheduled_at=taken_at + timedelta(minutes=5), **values)
    waits_for_a_file = make_campaign(campaign.account, scheduled_at=None, **values)
    later = make_campaign(campaign.account, scheduled_at=timezone.now() + timedelta(hours=5), **values)
    draft = make_campaign(campaign.account, running=False, recipients=4)
    ended = make_campaign(campaign.account, running=False, state="cancelled", recipients=4)
    after_restore(taken_at)
    for one in (due, waits_for_a_file):
        one.refresh_from_db()
        assert (one.state, bool(one.started_at)) == ("paused", True)
        assert states_of(one) == {"unknown": 4}
        assert "may have run since" in one.pause_words
    for one, state in ((later, "scheduled"), (draft, "draft"), (ended, "cancelled")):
        one.refresh_from_db()
        assert (one.state, states_of(one)) == (state, {"pending": 4})


def test_a_draft_that_the_records_say_was_started_is_paused_with_everybody_unknown(
    campaign: Campaign, taken_at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its list may have been another one when it was started."""
    draft = make_campaign(campaign.account, running=False, recipients=4)
    records(monkeypatch, left_of(draft, "2"))
    after_restore(taken_at)
    draft.refresh_from_db()
    assert (draft.state, states_of(draft)) == ("paused", {"unknown": 4})
    assert states_of(campaign) == {"delivered": 1, "held": 1, "pending": 7}


def test_a_repeated_command_changes_nothing_and_holds_nothing(campaign: Campaign, taken_at: datetime) -> None:
    after_restore(taken_at)
    release(None)
    campaign.recipients.filter(position=5).update(state="pending")
    assert "done already" in after_restore(taken_at)
    assert states_of(campaign) == {"delivered": 1, "unknown": 7, "pending": 1}
    assert current() is None
    assert Restoration.objects.count() == 1


@pytest.mark.parametrize("done", [0, 1, 2])
def test_it_goes_on_where_it_was_killed(
    campaign: Campaign, taken_at: datetime, done: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = services._go_through, []

    def until_killed(*values: Any) -> None:
        if len(seen) == done:
            raise KeyboardInterrupt
        seen.append(values)
        real(*values)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(services, "_go_through", until_killed)
        after_restore(taken_at)
    assert current() is not None
    assert_adds_up(campaign)
    assert Restoration.objects.get().finished_at is None
    after_restore(taken_at)
    restoration = Restoration.objects.get()
    assert (restoration.people, bool(restoration.finished_at)) == (8, True)
    assert states_of(campaign) == {"delivered": 1, "unknown": 8}
    assert sum(Submission.objects.filter(state="lost").values_list("size", flat=True)) == 8
    assert Hold.objects.count() == 1
    assert_adds_up(campaign)


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T00:00", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="is no time"):
        call_command("after_restore", f"--taken-at={text}", stdout=StringIO())
    assert current() is None


def test_a_time_to_come_is_refused_and_one_without_zone_is_of_the_installation(settings: Any) -> None:
    with pytest.raises(CommandError, match="in the future"):
        after_restore(timezone.now() + timedelta(minutes=1))
    assert current() is None
    said = StringIO()
    call_command("after_restore", "--taken-at=2026-01-05T04:00", stdout=said)
    assert f"2026-01-05 04:00:00 {settings.TIME_ZONE}" in said.getvalue()


# How they are settled


@pytest.fixture
def restored(campaign: Campaign, taken_at: datetime) -> Campaign:
    after_restore(taken_at)
    return campaign


@pytest.fixture
def later() -> Iterator[None]:
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        yield


def lost_reference(campaign: Campaign, position: int | None = None) -> str:
    reference = f"{campaign.reference}-2-5-0"
    return f"{reference}.{position}" if position else reference


@pytest.mark.parametrize("names_position", [True, False])
def test_a_late_receipt_with_the_reference_of_a_lost_request_settles(restored: Campaign, names_position: bool) -> None:
    person = restored.recipients.get(position=5)
    push(restored.account, person.number, ref=lost_reference(restored, 5 if names_position else None))
    person.refresh_from_db()
    assert (person.state, person.provider_id) == ("delivered", "call-1")
    assert_adds_up(restored)


def test_a_lost_reference_with_another_number_or_at_another_account_settles_nobody(restored: Campaign) -> None:
    number = restored.recipients.get(position=5).number
    other = make_account()
    push(restored.account, number, ref=lost_reference(restored, 6))
    push(restored.account, "8613700000000", "call-2", ref=lost_reference(restored, 5))
    push(restored.account, "", "call-3", ref=lost_reference(restored, 5))
    push(other, number, "call-4", ref=lost_reference(restored, 5))
    assert states_of(restored) == {"delivered": 1, "unknown": 8}


def test_a_late_receipt_settles_before_anybody_ran_the_command(campaign: Campaign) -> None:
    """It proves that this person was reached, whatever the restored database says."""
    person = campaign.recipients.get(position=5)
    push(campaign.account, person.number, ref=lost_reference(campaign, 5))
    person.refresh_from_db()
    assert person.state == "delivered"


def test_a_receipt_without_reference_is_matched_by_number_and_time(restored: Campaign, later: None) -> None:
    person = restored.recipients.get(position=5)
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        push(restored.account, person.number)
    rematch()
    person.refresh_from_db()
    assert (person.state, person.provider_id) == ("delivered", "call-1")
    assert_adds_up(restored)


def test_a_receipt_of_long_after_is_of_another_call(restored: Campaign) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=30)):
        push(restored.account, restored.recipients.get(position=5).number)
        with time_machine.travel(timezone.now() + timedelta(minutes=1)):
            rematch()
    assert states_of(restored) == {"delivered": 1, "unknown": 8}


def test_no_lease_after_it_is_called_like_one_that_was_lost(restored: Campaign) -> None:
    release(None)
    restored.recipients.filter(position=5).update(state="pending")
    token = claim_one(restored, timezone.now() + timedelta(minutes=1)).token
    assert token > 1_000_000
    assert len(f"{restored.reference}-99999-{token}-9999") <= 40


def test_a_hundred_statements_do_not_grow_with_the_people(
    account: Account, taken_at: datetime, django_assert_max_num_queries: Any
) -> None:
    make_campaign(account, recipients=2000, chunk=1000)
    restoration = services.begin(taken_at)
    with django_assert_max_num_queries(60):
        services.go_on(restoration)
    assert Campaign.objects.get().state == CampaignState.RUNNING
