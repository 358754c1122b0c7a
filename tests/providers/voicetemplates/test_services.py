"""What staff and reviews do with templates."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from notifyadmin.web.errors import Refusal
from providers.contract.events import ReviewEvent
from providers.contract.statuses import Review
from providers.models import AccountState, TemplateState, VoiceTemplate
from providers.voicetemplates import services, texts
from tests.factories import make_account, make_campaign

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 5, 1, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)


@pytest.fixture(autouse=True)
def gateway(fake_gateway):
    return fake_gateway


def make(state, **values):
    values = {"account": values.pop("account", None) or make_account(), "name": "t", "text": "hello"} | values
    return VoiceTemplate.objects.create(state=state, **values)


def stored(template):
    return VoiceTemplate.objects.get(pk=template.pk)


def review(word, raw="words"):
    return ReviewEvent("20481", Review(word), "2", raw)


@pytest.mark.parametrize(("word", "reason"), [("approved", ""), ("rejected", "words")])
def test_a_review_settles_a_template_with_the_providers_words(word, reason):
    template = make("in_review", provider_id="20481")
    assert services.apply_review(template.account, review(word), NINE) is True
    after = stored(template)
    assert (after.state, after.reason, after.reviewed_at) == (word, reason, NINE)
    assert after.events.get().raw == "2 words"


def test_a_review_applied_again_changes_nothing():
    template = make("in_review", provider_id="20481")
    for at in (NINE, NINE, TEN):
        assert services.apply_review(template.account, review("approved"), at)
    assert template.events.count() == 1


@pytest.mark.parametrize("order", [[("approved", NINE), ("rejected", TEN)], [("rejected", TEN), ("approved", NINE)]])
def test_the_review_received_last_counts_in_whatever_order_they_are_applied(order):
    template = make("in_review", provider_id="20481")
    for word, at in order:
        services.apply_review(template.account, review(word), at)
    assert stored(template).state == TemplateState.REJECTED


def test_a_review_of_an_unknown_id_is_left_for_later():
    template = make("submitting")
    assert services.apply_review(template.account, review("approved"), NINE) is False
    assert stored(template).state == TemplateState.SUBMITTING


def test_a_review_of_another_accounts_template_moves_nothing():
    template = make("in_review", provider_id="20481")
    assert services.apply_review(make_account(), review("approved"), NINE) is False
    assert stored(template).state == TemplateState.IN_REVIEW


def test_a_review_that_nobody_understands_is_written_down_once_and_moves_nothing():
    template = make("in_review", provider_id="20481")
    for _ in range(2):
        assert services.apply_review(template.account, review("unknown"), NINE) is True
    assert stored(template).state == TemplateState.IN_REVIEW
    assert template.events.count() == 1


def test_a_late_review_does_not_bring_a_deleted_template_back():
    template = make("deleted", provider_id="20481")
    assert services.apply_review(template.account, review("approved"), NINE) is True
    assert stored(template).state == TemplateState.DELETED


@pytest.mark.parametrize("state", [state for state in TemplateState if state != TemplateState.DRAFT])
def test_only_a_draft_is_handed_in_or_changed(state):
    template = make(state)
    with pytest.raises(Refusal):
        services.submit(template, None)
    with pytest.raises(Refusal):
        services.update_draft(template, account=template.account, name="x", text="y", by=None)
    assert (stored(template).state, stored(template).name) == (state, "t")


def test_nothing_is_handed_in_through_an_archived_account():
    template = make("draft", account=make_account(state=AccountState.ARCHIVED))
    with pytest.raises(Refusal):
        services.submit(template, None)


@pytest.mark.parametrize(
    ("state", "unclear", "submitted", "allowed"),
    [
        ("in_review", "", NINE, True),
        ("submitting", "why", NINE, True),
        ("submitting", "", NINE, True),
        ("submitting", "", None, False),
        ("submitting", "", "now", False),
        ("draft", "", None, False),
        ("approved", "", NINE, False),
        ("deleted", "", NINE, False),
    ],
)
def test_the_state_is_set_by_hand_only_where_it_is_uncertain(state, unclear, submitted, allowed):
    at = timezone.now() if submitted == "now" else submitted
    template = make(state, unclear_words=unclear, submitted_at=at)
    values = {"state": "approved", "note_text": "looked", "provider_id": "9", "by": None}
    if not allowed:
        with pytest.raises(Refusal):
            services.set_state(template, **values)
        assert stored(template).state == state
        return
    services.set_state(template, **values)
    after = stored(template)
    assert (after.state, after.provider_id, after.unclear_words) == ("approved", "9", "")
    assert '"note": "looked"' in after.events.get().words


def test_what_is_at_the_provider_needs_its_id_and_what_is_not_loses_it():
    template = make("in_review", provider_id="9")
    with pytest.raises(Refusal):
        services.set_state(template, state="approved", note_text="n", provider_id="", by=None)
    services.set_state(template, state="draft", note_text="n", provider_id="9", by=None)
    assert (stored(template).state, stored(template).provider_id) == ("draft", "")


def test_an_id_is_taken_over_once_per_account():
    account = make_account()
    services.take_over(account=account, name="a", provider_id="1", text="x", by=None)
    with pytest.raises(Refusal, match="“a”"):
        services.take_over(account=account, name="b", provider_id="1", text="x", by=None)
    services.take_over(account=make_account(), name="b", provider_id="1", text="x", by=None)


def test_a_draft_that_the_provider_has_already_is_linked_and_not_handed_in_again(published):
    template = make("draft", exists_there=True, reason="there already")
    services.link(template, provider_id="9", state="in_review", note_text="looked", by=None)
    after = stored(template)
    assert (after.state, after.provider_id, after.reason, after.exists_there) == ("in_review", "9", "", False)
    assert not services.is_overdue(after)
    assert '"note": "looked"' in after.events.get().words
    assert published == []


@pytest.mark.parametrize(
    ("state", "wanted"), [("in_review", "approved"), ("submitting", "approved"), ("draft", "rejected")]
)
def test_only_a_draft_is_linked_and_only_to_what_may_be_used(state, wanted):
    template = make(state)
    with pytest.raises(Refusal):
        services.link(template, provider_id="9", state=wanted, note_text="n", by=None)
    assert stored(template).state == state


def test_a_draft_is_not_linked_to_an_id_that_another_template_has():
    account = make_account()
    services.take_over(account=account, name="a", provider_id="9", text="x", by=None)
    with pytest.raises(Refusal, match="“a”"):
        services.link(make("draft", account=account), provider_id="9", state="approved", note_text="n", by=None)


def test_a_new_draft_remembers_what_it_came_from():
    old = make("rejected", provider_id="9", reason="no")
    new = services.create_draft(account=old.account, name="t", text="x", by=None, origin=old)
    assert stored(new).origin == old
    assert "#9" in new.events.get().words


def test_a_rejection_set_by_hand_keeps_the_note_as_its_reason_and_is_marked():
    template = make("in_review", provider_id="9", submitted_at=NINE)
    services.set_state(template, state="rejected", note_text="too vague", provider_id="9", by=None)
    after = stored(template)
    assert (after.state, after.reason, after.reviewed_by_hand) == ("rejected", "too vague", True)


def test_what_is_not_there_can_be_handed_in_anew():
    template = make("submitting", submitted_at=NINE, unclear_words="why")
    services.set_state(template, state="draft", note_text="not there", provider_id="", by=None)
    assert (stored(template).state, stored(template).submitted_at) == ("draft", None)
    services.submit(template, None)
    assert stored(template).state == "submitting"


@pytest.mark.parametrize("state", ["submitting", "deleted"])
def test_what_is_under_way_or_gone_is_not_deleted(state):
    with pytest.raises(Refusal):
        services.delete(make(state), None)


def test_a_template_that_a_campaign_needs_is_not_deleted():
    template = make("approved", provider_id="1")
    campaign = make_campaign(template.account, kind="voice_template", recipients=1, template=template)
    with pytest.raises(Refusal, match=campaign.name):
        services.delete(template, None)


def test_a_draft_is_deleted_without_asking_anybody(published):
    template = make("draft")
    services.delete(template, None)
    assert stored(template).state == TemplateState.DELETED
    assert published == []


def test_a_review_is_overdue_after_a_day():
    old, new = timezone.now() - timedelta(hours=25), timezone.now() - timedelta(hours=23)
    overdue = make("in_review", submitted_at=old)
    make("in_review", submitted_at=new)
    make("approved", submitted_at=old)
    assert list(services.overdue()) == [overdue]
    assert services.is_overdue(overdue)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("hello", True),
        ("a【变量】b", True),
        ("", False),
        ("  ", False),
        ("【变量】【变量】", False),
        ("x" * 1001, False),
    ],
)
def test_a_text_is_checked_before_anybody_reviews_it(text, good):
    assert (texts.problems(text, "【变量】") == []) is good
