"""Counters that were broken on purpose are found, told of and put right, also while recipients change."""

import threading
from collections.abc import Collection
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum

from campaigns.counters.recounts import services
from campaigns.counters.recounts.recount import Off, differences_of
from campaigns.counters.recounts.services import audit, mend
from campaigns.counters.selectors import tallies
from campaigns.models import Activity, Campaign, Movement, Tally
from tests.factories import FakeGateway, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), recipients=20)
    campaign.recipients.filter(position__lte=5).update(state="delivered", talk_seconds=7, cost="0.0134", currency="USD")
    campaign.recipients.filter(position__in=[6, 7]).update(state="undelivered", failure="busy")
    return campaign


def break_counters(campaign: Campaign) -> None:
    first = Tally.objects.filter(campaign=campaign, state="delivered").first()
    assert first
    Tally.objects.filter(pk=first.pk).update(amount=first.amount + 3, talk_seconds=1)
    Tally.objects.filter(campaign=campaign, state="undelivered").delete()
    Tally.objects.create(campaign=campaign, state="expired", amount=4)


def test_counters_that_agree_are_left_alone(campaign: Campaign) -> None:
    before = list(Tally.objects.order_by("pk").values())
    assert audit() == 0
    assert list(Tally.objects.order_by("pk").values()) == before
    assert not Activity.objects.exists()


def test_broken_counters_are_put_right_and_told_of(campaign: Campaign) -> None:
    other = make_campaign(make_account(), recipients=3)
    break_counters(campaign)
    assert differences_of([campaign.pk, other.pk])
    assert audit() == 3
    assert differences_of([campaign.pk, other.pk]) == []
    assert {state: n for state, n in tallies(campaign).items() if n} == states_of(campaign)
    seconds = Tally.objects.filter(campaign=campaign, state="delivered").values_list("talk_seconds", flat=True)
    assert sum(seconds) == 35
    line = Activity.objects.get()
    assert (line.kind, line.attention, line.campaign_id, line.amount) == ("counts_off", True, campaign.pk, 3)
    assert "expired" in line.raw


def test_what_changed_by_the_minute_is_audited_and_put_right_as_well(campaign: Campaign) -> None:
    Movement.objects.filter(campaign=campaign, state="undelivered").delete()
    assert [(one.state, one.by_minute) for one in differences_of([campaign.pk])] == [("undelivered", True)]
    assert audit() == 1
    assert differences_of([campaign.pk]) == []
    assert Activity.objects.get().raw == "undelivered busy by the minute: 0/0/0 kept, 2/0/0 counted"


def test_reports_agree_with_counters_that_were_put_right(campaign: Campaign) -> None:
    campaign.recipients.filter(position__lte=2).update(cost="0.5")
    Movement.objects.filter(campaign=campaign, state="delivered").update(cost=1)
    break_counters(campaign)
    mend(campaign.pk)
    moved = Movement.objects.filter(campaign=campaign).values_list("state").annotate(n=Sum("amount"), c=Sum("cost"))
    assert {state: (n, c) for state, n, c in moved if n or c} == {
        "delivered": (5, 1_040_200),
        "undelivered": (2, 0),
    }


def test_counters_go_on_counting_rightly_after_they_were_mended(campaign: Campaign) -> None:
    break_counters(campaign)
    mend(campaign.pk)
    campaign.recipients.filter(position__lte=7).update(state="expired", failure="", talk_seconds=None)
    assert {state: n for state, n in tallies(campaign).items() if n} == states_of(campaign)
    assert differences_of([campaign.pk]) == []


def test_a_wrong_total_is_put_right(campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(total=19)
    assert audit() == 1
    campaign.refresh_from_db()
    assert campaign.total == 20


def test_what_somebody_called_done_is_told_again_when_it_happens_again(campaign: Campaign) -> None:
    for _ in range(2):
        break_counters(campaign)
        audit()
    assert Activity.objects.filter(attention=True, done_at__isnull=True).count() == 1
    assert Activity.objects.count() == 2


def test_the_command_reports_and_mends_only_when_told_to(campaign: Campaign) -> None:
    break_counters(campaign)
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit_counts", campaign=[campaign.pk], stdout=said)
    assert "expired: 4/0/0 kept, 0/0/0 counted" in said.getvalue()
    assert differences_of([campaign.pk])
    call_command("audit_counts", mend=True, stdout=said)
    assert differences_of([campaign.pk]) == []
    call_command("audit_counts", stdout=said)
    assert said.getvalue().endswith("All counters agree.\n")


def test_the_command_refuses_a_campaign_that_is_not_there(campaign: Campaign) -> None:
    with pytest.raises(CommandError, match="999"):
        call_command("audit_counts", campaign=[999])


def test_mending_while_recipients_change_leaves_nothing_off(campaign: Campaign) -> None:
    break_counters(campaign)
    stop = threading.Event()

    def change() -> None:
        try:
            turn = 0
            while not stop.is_set():
                turn += 1
                state = "delivered" if turn % 2 else "submitted"
                campaign.recipients.filter(position=8 + turn % 10).update(state=state, talk_seconds=turn % 9)
        finally:
            connection.close()

    changers = [threading.Thread(target=change) for _ in range(2)]
    for thread in changers:
        thread.start()
    try:
        for _ in range(8):
            mend(campaign.pk)
    finally:
        stop.set()
        for thread in changers:
            thread.join()
    assert differences_of([campaign.pk]) == []
    assert sum(tallies(campaign).values()) == campaign.total
    assert Activity.objects.count() == 1


def test_a_campaign_that_cannot_be_counted_does_not_hold_up_the_others(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = make_campaign(make_account(), recipients=3)
    Campaign.objects.filter(pk__in=[campaign.pk, other.pk]).update(total=99)

    def faulty(ids: Collection[int]) -> list[Off]:
        if campaign.pk in ids:
            raise ValueError("does not count")
        return differences_of(ids)

    with monkeypatch.context() as context:
        context.setattr(services, "differences_of", faulty)
        assert [audit(), audit()] == [1, 0]
    assert "does not count" in caplog.text
    other.refresh_from_db()
    assert other.total == 3
    matter = Activity.objects.get(kind="not_done")
    assert (matter.campaign_id, matter.attention, matter.done_at) == (campaign.pk, True, None)
    Campaign.objects.filter(pk=campaign.pk).update(total=20)
    assert audit() == 0
    matter.refresh_from_db()
    assert (matter.done_at is not None, matter.subject) == (True, "")
