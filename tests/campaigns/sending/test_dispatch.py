"""Sending over the real database code, with a gateway whose answers are written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.counters.selectors import tallies
from campaigns.lifecycle import services
from campaigns.models import Campaign, Chunk, Gate, Recipient, Submission, Tally
from campaigns.sending import chunk_leases
from campaigns.sending.dispatcher import dispatch
from campaigns.upkeep import sweeps
from providers.contract.errors import Accepted, Answered, NotSent, Refused, RefusedCallee, Unknown
from providers.contract.messages import Message
from providers.contract.statuses import Concern
from providers.contract.words import Words
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

from .steps import claim_one, failing_first, in_flight, plan_of, write_intents

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

SAID = Words("Said so.")


def run(campaign: Campaign) -> None:
    while dispatch(campaign.pk, http=NoHttp()):
        pass


def counted(campaign: Campaign) -> dict[str, int]:
    return {state: number for state, number in tallies(campaign).items() if number}


def test_everybody_is_submitted_once_in_requests_filled_to_the_limit(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(settings={"max_callees_voice_file": 200}), recipients=1100)
    run(campaign)
    assert sorted(len(message.callees) for message in fake_gateway.asked) == [100, 200, 200, 200, 200, 200]
    assert len(set(fake_gateway.numbers_asked)) == len(fake_gateway.numbers_asked) == 1100
    assert states_of(campaign) == {"submitted": 1100} == counted(campaign)


def test_each_recipient_keeps_the_providers_id_and_its_submission(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "voice_text", 3)
    run(campaign)
    for recipient in campaign.recipients.all():
        assert recipient.provider_id == f"id-{recipient.number}"
        assert recipient.submission.positions == str(recipient.position)
        assert recipient.submission.state == "answered"


def test_the_intent_is_committed_before_the_request_leaves(fake_gateway: FakeGateway) -> None:
    seen: list[tuple[str, dict[str, int]]] = []
    campaign = make_campaign(make_account(), recipients=5)

    def look(message: Message) -> Answered:
        seen.append((Submission.objects.get(reference=message.ref).state, states_of(campaign)))
        return Answered(tuple(Accepted(callee.ref, "x") for callee in message.callees))

    fake_gateway.answer = look
    run(campaign)
    assert seen == [("intent", {"pending": 5})]


def test_an_unreadable_outcome_is_unknown_and_never_sent_again(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: Unknown(SAID)
    campaign = make_campaign(make_account(), recipients=4)
    run(campaign)
    sweeps.wake_due_campaigns()
    run(campaign)
    assert len(fake_gateway.asked) == 1
    assert states_of(campaign) == {"unknown": 4} == counted(campaign)


def test_a_refused_account_stops_all_its_campaigns_and_fails_nobody(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: Refused("-10", "no money", SAID, Concern.BALANCE)
    account = make_account()
    first, second = make_campaign(account, recipients=4), make_campaign(account, recipients=4)
    run(first)
    run(second)
    assert len(fake_gateway.asked) == 1
    for campaign in (first, second):
        campaign.refresh_from_db()
        assert (campaign.state, campaign.pause_words, campaign.pause_raw) == ("paused", "Said so.", "no money")
        assert states_of(campaign) == {"pending": 4}
    account.refresh_from_db()
    assert (account.state, account.pause_concern) == ("paused", "balance")


def test_a_paused_account_must_be_resumed_before_its_campaigns(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: Refused("-1", "who", SAID, Concern.CREDENTIALS)
    campaign = make_campaign(make_account(), recipients=2)
    run(campaign)
    with pytest.raises(services.NotPossible):
        services.resume(campaign, None)


def test_a_passing_refusal_waits_and_goes_again(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: Answered(
        (), tuple(RefusedCallee(callee.ref, "4081", "fast", SAID, retry_after=60) for callee in message.callees)
    )
    campaign = make_campaign(make_account(), recipients=2)
    run(campaign)
    assert states_of(campaign) == {"held": 2}
    due = Chunk.objects.get().next_attempt_at
    assert timedelta(seconds=50) < due - timezone.now() <= timedelta(seconds=60)
    Recipient.objects.update(held_until=timezone.now())
    Chunk.objects.update(next_attempt_at=timezone.now())
    fake_gateway.answer = lambda message: Answered(tuple(Accepted(c.ref, "x") for c in message.callees))
    run(campaign)
    assert states_of(campaign) == {"submitted": 2} == counted(campaign)


def test_no_connection_is_tried_again_later(fake_gateway: FakeGateway) -> None:
    fake_gateway.answer = lambda message: NotSent(SAID, retry_after=30)
    campaign = make_campaign(make_account(), recipients=2)
    run(campaign)
    assert states_of(campaign) == {"held": 2}
    assert Submission.objects.get().state == "not_sent"


def test_a_killed_worker_leaves_unknown_only_those_in_its_request(fake_gateway: FakeGateway) -> None:
    account = make_account(settings={"max_callees_voice_file": 10}, parallel_requests=1)
    campaign = make_campaign(account, recipients=30)

    class Killed(BaseException):
        pass

    def die_at_second(message: Message) -> Answered:
        if len(fake_gateway.asked) == 2:
            raise Killed
        return Answered(tuple(Accepted(callee.ref, "x") for callee in message.callees))

    fake_gateway.answer = die_at_second
    with pytest.raises(Killed):
        dispatch(campaign.pk, http=NoHttp())
    assert states_of(campaign) == {"submitted": 10, "pending": 20}
    assert in_flight(campaign) == 10
    Chunk.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run(campaign)
    assert states_of(campaign) == {"submitted": 20, "unknown": 10} == counted(campaign)
    assert len(fake_gateway.numbers_asked) == len(set(fake_gateway.numbers_asked)) == 30


def test_a_chunk_is_leased_to_one_worker_at_a_time(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=4, chunk=2)
    now = timezone.now()
    claims = [claim_one(campaign, now) for _ in range(3)]
    assert [claim and claim.number for claim in claims] == [1, 2, None]


def test_pause_stops_before_the_next_request_and_resume_goes_on(fake_gateway: FakeGateway) -> None:
    account = make_account(settings={"max_callees_voice_file": 10}, parallel_requests=1)
    campaign = make_campaign(account, recipients=30)

    def pause_at_first(message: Message) -> Answered:
        if len(fake_gateway.asked) == 1:
            services.pause(campaign, None)
        return Answered(tuple(Accepted(callee.ref, "x") for callee in message.callees))

    fake_gateway.answer = pause_at_first
    run(campaign)
    assert states_of(campaign) == {"submitted": 10, "pending": 20}
    services.resume(campaign, None)
    run(campaign)
    assert states_of(campaign) == {"submitted": 30}


def test_cancel_ends_who_waits_and_keeps_who_was_sent(fake_gateway: FakeGateway) -> None:
    account = make_account(settings={"max_callees_voice_file": 10}, parallel_requests=1)
    campaign = make_campaign(account, recipients=20)

    def cancel_at_first(message: Message) -> Answered:
        services.cancel(campaign, None)
        return Answered(tuple(Accepted(callee.ref, "x") for callee in message.callees))

    fake_gateway.answer = cancel_at_first
    run(campaign)
    sweeps.sweep()
    assert states_of(campaign) == {"submitted": 10, "cancelled": 10} == counted(campaign)
    campaign.refresh_from_db()
    assert campaign.state == "cancelling"


def test_one_recipient_that_the_documents_forbid_does_not_block_the_others(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=3)
    Recipient.objects.filter(position=2).update(number="9991")
    run(campaign)
    assert states_of(campaign) == {"submitted": 2, "skipped": 1}
    assert campaign.recipients.get(position=2).reason == "Not a number."


def test_a_recipient_without_a_needed_variable_is_skipped_with_its_name(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "sms", 2, text="Dear {name}")
    Recipient.objects.filter(position=1).update(variables={"name": "A"})
    run(campaign)
    assert [callee.text for message in fake_gateway.asked for callee in message.callees] == ["Dear A"]
    assert "%(name)s" in campaign.recipients.get(position=2).reason


def test_a_campaign_closes_only_when_every_recipient_is_final(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=2)
    run(campaign)
    sweeps.close_campaigns()
    campaign.refresh_from_db()
    assert campaign.state == "running"
    campaign.recipients.update(state="delivered")
    sweeps.close_campaigns()
    campaign.refresh_from_db()
    assert campaign.state == "finished"
    assert campaign.finished_at is not None


def test_silence_ends_as_expired_after_the_accounts_time(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(receipt_wait_hours=1), recipients=2)
    run(campaign)
    campaign.recipients.filter(position=1).update(submitted_at=timezone.now() - timedelta(hours=2))
    sweeps.expire()
    assert states_of(campaign) == {"expired": 1, "submitted": 1}


def test_counters_stay_right_whatever_code_changes_a_state(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=50)
    campaign.recipients.filter(position__lte=20).update(state="delivered")
    campaign.recipients.filter(position__lte=5).delete()
    recipient = campaign.recipients.get(position=30)
    recipient.state = "rejected"
    recipient.save()
    assert counted(campaign) == states_of(campaign) == {"delivered": 15, "rejected": 1, "pending": 29}
    assert sum(Tally.objects.values_list("amount", flat=True)) == 45


def test_statements_do_not_grow_with_recipients(fake_gateway: FakeGateway, django_assert_max_num_queries) -> None:
    campaign = make_campaign(make_account(), recipients=1000)
    # A first look at which database this is takes a savepoint more on PostgreSQL.
    with django_assert_max_num_queries(38):
        run(campaign)
    assert states_of(campaign) == {"submitted": 1000}


@pytest.mark.parametrize("state", ["paused", "cancelling"])
def test_a_vanished_worker_is_cleared_up_even_when_the_campaign_no_longer_runs(
    fake_gateway: FakeGateway, state: str
) -> None:
    campaign = make_campaign(make_account(), recipients=2)
    now = timezone.now()
    claim = claim_one(campaign, now)
    write_intents(claim, plan_of(campaign, claim, fake_gateway), now)
    Campaign.objects.update(state=state)
    Chunk.objects.update(lease_until=now - timedelta(seconds=1))
    sweeps.sweep()
    assert states_of(campaign) == {"unknown": 2}


def test_an_answer_is_written_down_although_the_database_is_busy_for_a_moment(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from campaigns.sending import batch_transaction
    from notifyadmin.db import retry

    failures = (OperationalError("deadlock detected"), OperationalError("database is locked"))
    monkeypatch.setattr(batch_transaction, "closing", failing_first(batch_transaction.closing, *failures))
    monkeypatch.setattr(retry, "PAUSES", (0, 0, 0))
    campaign = make_campaign(make_account(), recipients=2)
    run(campaign)
    assert states_of(campaign) == {"submitted": 2}
    assert len(fake_gateway.asked) == 1


def test_a_worker_gives_way_only_to_a_campaign_that_nobody_serves(fake_gateway: FakeGateway) -> None:
    mine, other = make_campaign(make_account(), recipients=1), make_campaign(make_account(), recipients=4, chunk=2)
    now = timezone.now()
    assert chunk_leases.others_wait(mine.pk, now)
    claim_one(other, now)
    assert not chunk_leases.others_wait(mine.pk, now)
    assert chunk_leases.others_wait(mine.pk, now + 2 * chunk_leases.LEASE)
    Gate.objects.create(account=other.account, rest_until=now + timedelta(hours=1))
    assert not chunk_leases.others_wait(mine.pk, now + 2 * chunk_leases.LEASE)
