"""Starting at a time."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.lifecycle import services
from campaigns.lifecycle.base import NotPossible
from campaigns.lifecycle.scheduling import services as scheduling
from campaigns.lifecycle.scheduling.services import schedule, start_scheduled, unschedule
from campaigns.models import Activity, Campaign
from campaigns.people.audience.importing import NotADraft, clear_audience
from notifyadmin.web.words import in_words
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

HOUR = timedelta(hours=1)


@pytest.fixture
def draft(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 3, running=False)


def kinds() -> list[str]:
    return list(Activity.objects.order_by("pk").values_list("kind", flat=True))


def test_a_scheduled_campaign_starts_at_its_time_and_not_before(draft: Campaign, published: list[str]) -> None:
    user, at = make_user(), timezone.now() + HOUR
    schedule(draft, at, user)
    assert (draft.state, draft.scheduled_at, draft.late) == ("scheduled", at, False)
    assert start_scheduled(at - timedelta(seconds=1)) == 0
    assert published == []
    assert start_scheduled(at) == 1
    draft.refresh_from_db()
    assert (draft.state, draft.started_by, draft.late) == ("running", user, False)
    assert "campaigns.dispatch" in published
    assert kinds() == ["scheduled", "started"]
    assert start_scheduled(at) == 0


def test_a_time_that_is_over_or_less_than_a_minute_away_is_refused(draft: Campaign) -> None:
    for seconds in (-5, 30):
        with pytest.raises(NotPossible, match="less than a minute"):
            schedule(draft, timezone.now() + timedelta(seconds=seconds), None)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_what_may_not_start_may_not_be_scheduled(draft: Campaign) -> None:
    draft.account.state = "paused"
    draft.account.save()
    with pytest.raises(NotPossible, match="not active"):
        schedule(draft, timezone.now() + HOUR, None)


def test_a_time_missed_by_little_is_made_up_for(draft: Campaign) -> None:
    at = timezone.now() + HOUR
    schedule(draft, at, None)
    assert start_scheduled(at + timedelta(minutes=15)) == 1


def test_a_time_missed_by_much_asks_a_person_once_and_starts_nothing(draft: Campaign) -> None:
    at = timezone.now() + HOUR
    schedule(draft, at, None)
    for _ in range(2):
        assert start_scheduled(at + timedelta(minutes=16)) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.late) == ("scheduled", True)
    line = Activity.objects.get(kind="late")
    assert line.attention
    assert "while this system was not running" in in_words(line.words)


def test_a_start_that_is_not_possible_at_its_time_asks_with_the_reason(draft: Campaign) -> None:
    at = timezone.now() + HOUR
    schedule(draft, at, None)
    draft.account.state = "paused"
    draft.account.save()
    assert start_scheduled(at) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.late) == ("scheduled", True)
    assert "The account is not active" in in_words(draft.pause_words)
    assert Activity.objects.get(kind="late").attention


@pytest.mark.parametrize("answer", ["start", "another time", "draft"])
def test_the_question_can_be_answered(draft: Campaign, answer: str) -> None:
    at = timezone.now() + HOUR
    schedule(draft, at, None)
    start_scheduled(at + HOUR)
    if answer == "start":
        services.start(draft, None)
        assert draft.state == "running"
    elif answer == "draft":
        unschedule(draft, None)
        # Planned as before: whoever only corrects a word must not start it at once by that.
        assert (draft.state, draft.scheduled_at) == ("draft", at)
    else:
        schedule(draft, at + 5 * HOUR, None)
        assert (draft.state, draft.scheduled_at) == ("scheduled", at + 5 * HOUR)
    assert (draft.late, draft.pause_words) == (False, "")


def test_what_is_scheduled_cannot_be_changed_before_it_is_a_draft_again(draft: Campaign) -> None:
    schedule(draft, timezone.now() + HOUR, make_user())
    with pytest.raises(NotADraft):
        clear_audience(draft)
    unschedule(draft, None)
    clear_audience(draft)
    assert draft.total == 0


def test_only_what_is_scheduled_can_be_taken_back(draft: Campaign) -> None:
    with pytest.raises(NotPossible):
        unschedule(draft, None)


def test_two_sweeps_at_once_start_a_campaign_once(draft: Campaign) -> None:
    at = timezone.now() + HOUR
    schedule(draft, at, None)
    started: list[int] = []
    barrier = threading.Barrier(2)

    def sweep() -> None:
        try:
            barrier.wait(10)
            started.append(start_scheduled(at))
        finally:
            connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(started) == [0, 1]
    assert kinds().count("started") == 1


def test_a_spread_that_is_over_at_the_start_is_asked_about_and_not_sent_at_once(draft: Campaign) -> None:
    at = timezone.now() + HOUR
    schedule(draft, at, None)
    Campaign.objects.update(spread_until=at)
    assert start_scheduled(at + timedelta(seconds=1)) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.late) == ("scheduled", True)
    assert "at once" in in_words(draft.pause_words)


def test_a_time_after_the_end_of_the_spread_is_refused(draft: Campaign) -> None:
    Campaign.objects.update(spread_until=timezone.now() + 2 * HOUR)
    schedule(draft, timezone.now() + HOUR, None)
    with pytest.raises(NotPossible, match="spread"):
        schedule(draft, timezone.now() + 3 * HOUR, None)
    draft.refresh_from_db()
    assert draft.scheduled_at is not None
    assert draft.scheduled_at < timezone.now() + 2 * HOUR


def test_one_that_cannot_be_started_does_not_hold_up_the_others_and_says_so(
    draft: Campaign, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = make_campaign(make_account(), "sms", 3, running=False)
    third = make_campaign(make_account(), "sms", 3, running=False)
    at = timezone.now() + HOUR
    for campaign in (draft, other, third):
        schedule(campaign, at, None)
    begin = scheduling.begin

    def faulty(current: Campaign, user: object) -> None:
        if current.pk != other.pk:
            raise ValueError("does not start")
        begin(current, None)

    with monkeypatch.context() as context:
        context.setattr(scheduling, "begin", faulty)
        assert [start_scheduled(at), start_scheduled(at)] == [1, 0]
    assert "does not start" in caplog.text
    other.refresh_from_db()
    assert other.state == "running"
    matters = Activity.objects.filter(kind="not_done", attention=True, done_at=None)
    assert set(matters.values_list("campaign_id", flat=True)) == {draft.pk, third.pk}
    unschedule(third, None)
    assert start_scheduled(at) == 1
    assert not matters.exists()


def test_one_that_cannot_be_returned_does_not_keep_others_from_starting(
    draft: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = timezone.now() + HOUR
    lost = make_campaign(make_account(), "sms", 3, running=False)
    for campaign in (draft, lost):
        schedule(campaign, at, None)
    monkeypatch.setattr(scheduling, "lost", lambda: Campaign.objects.filter(pk=lost.pk))
    monkeypatch.setattr(scheduling, "forbidding", lambda current: 1 / 0)
    assert start_scheduled(at - timedelta(minutes=1)) == 0
    assert Activity.objects.get(kind="not_done").campaign_id == lost.pk
    assert start_scheduled(at) == 2
