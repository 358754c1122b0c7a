"""Reviews that come early, late, twice, for nobody, or never."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from providers.contract.errors import TemplateTaken
from providers.contract.events import ReviewEvent
from providers.contract.statuses import Review
from providers.models import UnknownReview, VoiceTemplate
from providers.voicetemplates import handover, services, timeline, waiting
from providers.voicetemplates.history import histories
from tests.factories import NoHttp, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.stores]

NINE = datetime(2026, 5, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def gateway(fake_gateway):
    return fake_gateway


def make(state="in_review", **values):
    made = {"account": values.pop("account", None) or make_account(), "name": "t", "text": "hello"} | values
    return VoiceTemplate.objects.create(state=state, **made)


def review(word="approved", raw="words", template_id="77"):
    return ReviewEvent(template_id, Review(word), "2", raw)


def ago(**time):
    return timezone.now() - timedelta(**time)


def test_a_review_of_an_unknown_id_is_kept_for_staff_and_counted_once_per_push():
    account = make_account()
    for at in (NINE, NINE, NINE + timedelta(minutes=1), NINE):
        assert services.apply_review(account, review(), at) is False
    kept = UnknownReview.objects.get()
    assert (kept.template_id, kept.review, kept.raw, kept.times) == ("77", "approved", "words", 2)
    assert kept.at == NINE + timedelta(minutes=1)


def test_a_dismissed_review_shows_again_only_when_the_provider_says_something_new():
    account = make_account()
    services.apply_review(account, review(), NINE)
    services.dismiss(UnknownReview.objects.get())
    services.apply_review(account, review(), NINE)
    assert UnknownReview.objects.get().dismissed
    services.apply_review(account, review("rejected"), NINE + timedelta(minutes=1))
    assert not UnknownReview.objects.get().dismissed


def test_a_review_that_overtakes_the_answer_to_the_hand_in_is_applied_when_the_answer_is_stored(monkeypatch, gateway):
    account = make_account()
    template = services.create_draft(account=account, name="t", text="hello", by=None)
    services.submit(template, None)

    def answer(text, access, http):
        services.apply_review(account, review("rejected", raw="no"), timezone.now())
        return TemplateTaken("77")

    monkeypatch.setattr(gateway, "add_template", answer)
    handover.hand_in(template.pk, NoHttp())
    after = VoiceTemplate.objects.get()
    assert (after.state, after.provider_id, after.reason) == ("rejected", "77", "no")
    assert not UnknownReview.objects.exists()
    assert [event.state for event in after.events.all()][-2:] == ["in_review", "rejected"]


def test_taking_over_an_id_applies_what_was_said_about_it():
    account = make_account()
    services.apply_review(account, review("rejected", raw="no"), timezone.now() + timedelta(seconds=1))
    template = services.take_over(account=account, name="t", provider_id="77", text="x", by=None, state="in_review")
    after = VoiceTemplate.objects.get(pk=template.pk)
    assert (after.state, after.reason) == ("rejected", "no")
    assert not UnknownReview.objects.exists()


def test_a_review_that_finds_its_template_is_no_longer_shown_as_unknown():
    template = make(provider_id="")
    services.apply_review(template.account, review(), NINE)
    VoiceTemplate.objects.update(provider_id="77")
    assert services.apply_review(template.account, review(), NINE) is True
    assert not UnknownReview.objects.exists()


def test_what_is_said_again_is_counted_on_its_line():
    template = make(provider_id="77")
    for minute in (0, 0, 1, 2):
        services.apply_review(template.account, review(), NINE + timedelta(minutes=minute))
    assert template.events.get().times == 3


def test_another_reason_for_the_same_rejection_is_a_line_of_its_own():
    template = make(provider_id="77")
    for minute, raw in enumerate(("first", "second")):
        services.apply_review(template.account, review("rejected", raw), NINE + timedelta(minutes=minute))
    assert [event.raw for event in template.events.all()] == ["2 first", "2 second"]
    assert VoiceTemplate.objects.get().reason == "second"


@pytest.mark.parametrize(("state", "reviewed"), [("deleted", None), ("approved", NINE + timedelta(hours=1))])
def test_a_review_that_changes_nothing_still_leaves_one_line(state, reviewed):
    template = make(state, provider_id="77", reviewed_at=reviewed)
    for _ in range(2):
        services.apply_review(template.account, review("rejected"), NINE)
    assert VoiceTemplate.objects.get().state == state
    assert template.events.count() == 1


def test_the_timeline_tells_pushes_from_what_people_and_workers_did():
    template = make(provider_id="77")
    services.apply_review(template.account, review(), NINE)
    waiting_one = make(submitted_at=ago(hours=30))
    waiting.tell_overdue(waiting_one.pk)
    assert [event.pushed for event in timeline.lines(template)] == [True]
    assert [event.pushed for event in timeline.lines(waiting_one)] == [False]


@pytest.mark.parametrize(("hours", "late"), [(1, True), (24, True), (25, False), (48, False)])
def test_when_a_review_is_overdue_is_a_setting(settings, hours, late):
    settings.TEMPLATE_REVIEW_HOURS = hours
    template = make(submitted_at=ago(hours=24, minutes=1))
    assert waiting.is_overdue(template) is late
    assert waiting.overdue().exists() is late


def test_what_was_taken_over_in_review_waits_from_then_on():
    template = services.take_over(
        account=make_account(), name="t", provider_id="5", text="x", by=None, state="in_review"
    )
    assert not waiting.is_overdue(template)
    VoiceTemplate.objects.update(waiting_since=ago(hours=30))
    assert list(waiting.overdue()) == [template]


def reviewed(account, minutes, state="approved", **values):
    return make(state, account=account, submitted_at=NINE, reviewed_at=NINE + timedelta(minutes=minutes), **values)


@pytest.mark.parametrize(
    ("minutes", "typical"), [([7], 7), ([1, 3], 2), ([9, 1, 2], 2), ([1, 2, 4, 90], 3), ([5, 5, 5, 5, 60], 5)]
)
def test_the_typical_time_of_a_review_is_the_median(minutes, typical):
    account = make_account()
    for length in minutes:
        reviewed(account, length)
    [history] = histories()
    assert (history.typical, history.timed) == (timedelta(minutes=typical), len(minutes))


def test_reviews_set_by_hand_count_for_the_rate_and_not_for_the_time():
    account = make_account()
    reviewed(account, 10)
    reviewed(account, 5000, "rejected", reviewed_by_hand=True)
    [history] = histories()
    assert (history.reviewed, history.approved, history.percent) == (2, 1, 50)
    assert (history.timed, history.typical) == (1, timedelta(minutes=10))


def test_only_reviewed_hand_ins_are_history_each_account_for_itself(django_assert_num_queries):
    one, other = make_account(), make_account()
    services.take_over(account=one, name="t", provider_id="5", text="x", by=None)
    make(account=one, submitted_at=NINE)
    with django_assert_num_queries(2):
        assert histories() == []
    reviewed(one, 10)
    gone = reviewed(other, 20, "deleted")
    gone.events.create(state="approved", words="Approved by the provider")
    reviewed(other, 40, "deleted")
    with django_assert_num_queries(2):
        found = {history.account_id: (history.reviewed, history.approved, history.typical) for history in histories()}
    assert found == {one.pk: (1, 1, timedelta(minutes=10)), other.pk: (2, 1, timedelta(minutes=30))}
