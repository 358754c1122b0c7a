"""Campaigns that wait for their template or voice file."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.lifecycle import services
from campaigns.lifecycle.awaiting import awaited
from campaigns.lifecycle.base import NotPossible
from campaigns.lifecycle.scheduling.services import schedule, start_scheduled, unschedule
from campaigns.models import Activity, Campaign
from campaigns.models.statuses import CampaignState
from campaigns.upkeep.sweeps import cancel_waiting, close_campaigns
from notifyadmin.web.words import in_words
from providers.contract.files import FileRules
from providers.contract.words import Words
from providers.models import VoiceFile, VoiceFileCopy, VoiceTemplate
from providers.voicefiles.models import CopyState
from tests.factories import FakeGateway, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

HOUR = timedelta(hours=1)


@pytest.fixture
def draft(fake_gateway: FakeGateway) -> Campaign:
    """One whose template is in review."""
    account = make_account()
    template = VoiceTemplate.objects.create(
        account=account, name="T", text="到【变量】", state="in_review", provider_id="7"
    )
    return make_campaign(account, "voice_template", 3, running=False, template=template, text="到北门")


@pytest.fixture
def with_file(fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """One whose voice file is ours alone."""
    rules = FileRules(("mp3",), shortest_name=5, longest_name=40, page_size=10, document="fake")
    monkeypatch.setattr(FakeGateway, "file_rules", rules)
    file = VoiceFile.objects.create(name="Hello", file="voice/hello.mp3", format="mp3")
    campaign = make_campaign(make_account(), "voice_file", 3, running=False, voice_file=file)
    VoiceFileCopy.objects.all().delete()
    return campaign


@pytest.fixture(params=["template", "file"])
def waiting(request: pytest.FixtureRequest) -> Campaign:
    name = "draft" if request.param == "template" else "with_file"
    campaign: Campaign = request.getfixturevalue(name)
    return campaign


def comes(campaign: Campaign, **values: Any) -> None:
    """What the campaign waits for is there."""
    if campaign.template_id:
        campaign.template.__class__.objects.update(state="approved", reviewed_at=timezone.now(), **values)
    else:
        VoiceFileCopy.objects.update(state=CopyState.THERE, file_id="9.mp3", changed_at=timezone.now(), **values)


def words_of(campaign: Campaign) -> list[str]:
    return [in_words(line.words) for line in Activity.objects.filter(campaign=campaign).order_by("pk")]


def test_starting_waits_and_goes_on_by_itself_once_it_is_there(waiting: Campaign, published: list[str]) -> None:
    user = make_user()
    services.start(waiting, user)
    assert (waiting.state, waiting.scheduled_at, waiting.is_waiting) == ("scheduled", None, True)
    assert awaited(waiting)
    assert start_scheduled(timezone.now()) == 0
    assert "campaigns.dispatch" not in published
    comes(waiting)
    assert start_scheduled(timezone.now()) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.started_by) == ("running", user)
    assert "campaigns.dispatch" in published


def test_a_file_that_is_not_there_is_sent_by_the_start(with_file: Campaign) -> None:
    services.start(with_file, None)
    copy = VoiceFileCopy.objects.get()
    assert (copy.state, copy.account, copy.voice_file) == ("waiting", with_file.account, with_file.voice_file)
    assert "is being sent to the account" in in_words(awaited(with_file)[0])


def test_a_file_is_sent_when_its_campaign_is_scheduled_and_not_at_its_time(with_file: Campaign) -> None:
    schedule(with_file, timezone.now() + HOUR, None)
    assert VoiceFileCopy.objects.get().state == "waiting"


def test_an_unclear_file_goes_on_being_waited_for_with_its_words(with_file: Campaign) -> None:
    services.start(with_file, None)
    VoiceFileCopy.objects.update(state=CopyState.UNCLEAR, words="No answer came.")
    assert start_scheduled(timezone.now()) == 0
    with_file.refresh_from_db()
    assert with_file.is_waiting
    assert "No answer came." in [in_words(one) for one in awaited(with_file)]


def test_a_time_that_comes_after_the_wait_is_kept(waiting: Campaign) -> None:
    at = timezone.now() + HOUR
    schedule(waiting, at, None)
    comes(waiting)
    assert start_scheduled(at - timedelta(seconds=1)) == 0
    assert start_scheduled(at) == 1


def test_a_time_that_passes_while_waiting_is_not_late(waiting: Campaign) -> None:
    at = timezone.now() + HOUR
    schedule(waiting, at, None)
    assert start_scheduled(at + 5 * HOUR) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.late) == ("scheduled", False)


def passed(campaign: Campaign, minutes: int) -> None:
    """The time that was chosen lies so many minutes back."""
    schedule(campaign, timezone.now() + HOUR, None)
    Campaign.objects.update(scheduled_at=timezone.now() - timedelta(minutes=minutes))


def test_a_wait_that_ends_a_little_after_the_time_starts(waiting: Campaign) -> None:
    passed(waiting, minutes=10)
    comes(waiting)
    assert start_scheduled(timezone.now()) == 1


def test_a_wait_that_ends_long_after_the_time_asks_and_says_so(waiting: Campaign) -> None:
    passed(waiting, minutes=60)
    comes(waiting)
    for _ in range(2):
        assert start_scheduled(timezone.now()) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.late) == ("scheduled", True)
    assert "there only after its time" in in_words(waiting.pause_words)
    assert Activity.objects.filter(kind="late", attention=True).count() == 1


def test_what_was_there_in_time_is_late_because_nothing_ran(draft: Campaign) -> None:
    passed(draft, minutes=60)
    VoiceTemplate.objects.update(state="approved", reviewed_at=timezone.now() - 2 * HOUR)
    start_scheduled(timezone.now())
    assert "not running" in words_of(draft)[-1]


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        ("rejected", "变量过多", "变量过多"),
        ("rejected", "", "gave no reason"),
        ("deleted", "", "is deleted"),
        ("draft", "", "is a draft"),
    ],
)
@pytest.mark.parametrize("timed", [True, False])
def test_a_template_that_will_not_come_makes_it_a_draft_again(
    draft: Campaign, state: str, reason: str, told: str, timed: bool
) -> None:
    user = make_user()
    at = timezone.now() + HOUR if timed else None
    schedule(draft, at, user) if at else services.start(draft, user)
    VoiceTemplate.objects.update(state=state, reason=reason)
    assert start_scheduled(timezone.now()) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.scheduled_at, draft.started_by) == ("draft", at, None)
    line = Activity.objects.filter(campaign=draft, attention=True).get()
    assert told in in_words(line.words)
    assert line.raw == reason


def test_a_file_that_failed_makes_it_a_draft_again(with_file: Campaign) -> None:
    services.start(with_file, None)
    VoiceFileCopy.objects.update(state=CopyState.FAILED, words="Too large.", raw="E413")
    start_scheduled(timezone.now())
    with_file.refresh_from_db()
    assert with_file.is_draft
    line = Activity.objects.get(attention=True)
    assert (line.raw, "could not be sent" in in_words(line.words)) == ("E413", True)
    with pytest.raises(NotPossible, match="could not be sent"):
        services.start(with_file, None)


def test_our_own_reason_why_a_file_failed_is_told_as_ours_and_in_the_readers_language(with_file: Campaign) -> None:
    services.start(with_file, None)
    why = Words("Reason %(number)s.", {"number": 7})
    VoiceFileCopy.objects.update(state=CopyState.FAILED, words=why.pack(), raw="")
    start_scheduled(timezone.now())
    assert Activity.objects.get(attention=True).raw == ""
    assert why.pack() in Activity.objects.values_list("words", flat=True)


def test_what_staff_noted_about_a_rejection_is_not_passed_off_as_the_providers_words(draft: Campaign) -> None:
    services.start(draft, None)
    VoiceTemplate.objects.update(state="rejected", reason="seen at noon", reviewed_by_hand=True)
    start_scheduled(timezone.now())
    line = Activity.objects.get(attention=True)
    assert (line.raw, "seen at noon" in in_words(line.words)) == ("", True)


def test_a_copy_that_vanished_is_sent_again(with_file: Campaign) -> None:
    services.start(with_file, None)
    VoiceFileCopy.objects.all().delete()
    start_scheduled(timezone.now())
    with_file.refresh_from_db()
    assert with_file.is_waiting
    assert VoiceFileCopy.objects.get().state == "waiting"


def test_what_comes_while_the_account_is_paused_asks(waiting: Campaign) -> None:
    services.start(waiting, None)
    comes(waiting)
    waiting.account.state = "paused"
    waiting.account.save()
    assert start_scheduled(timezone.now()) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.late) == ("scheduled", True)
    assert "not active" in in_words(waiting.pause_words)


def test_a_waiting_campaign_can_become_a_draft_again_or_get_a_time(waiting: Campaign) -> None:
    services.start(waiting, None)
    at = timezone.now() + HOUR
    schedule(waiting, at, None)
    assert (waiting.scheduled_at, waiting.is_waiting) == (at, False)
    services.start(waiting, None)
    assert waiting.is_waiting
    unschedule(waiting, None)
    assert waiting.is_draft
    comes(waiting)
    assert start_scheduled(timezone.now()) == 0


def test_a_waiting_campaign_can_be_cancelled(waiting: Campaign) -> None:
    services.start(waiting, None)
    services.cancel(waiting, None)
    cancel_waiting()
    close_campaigns()
    waiting.refresh_from_db()
    assert waiting.state == CampaignState.CANCELLED
    assert states_of(waiting) == {"cancelled": 3}
    comes(waiting)
    assert start_scheduled(timezone.now()) == 0


def test_a_template_of_another_account_is_refused(draft: Campaign) -> None:
    VoiceTemplate.objects.update(account=make_account())
    with pytest.raises(NotPossible, match="another account"):
        services.start(draft, None)


def test_a_file_that_the_account_cannot_take_is_refused(with_file: Campaign) -> None:
    VoiceFile.objects.update(format="wav")
    with pytest.raises(NotPossible, match="not at this account"):
        services.start(with_file, None)
    assert not VoiceFileCopy.objects.exists()


def test_a_sweep_asks_as_little_for_many_that_wait_as_for_one(
    draft: Campaign, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        more = make_campaign(draft.account, "voice_template", 1, running=False, template=draft.template, text="到北门")
        services.start(more, None)
    with django_assert_max_num_queries(3):
        start_scheduled(timezone.now())
