"""Handing templates in and deleting them: every answer of a provider, and never twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifyadmin.web.errors import Refusal
from notifyadmin.web.words import in_words
from providers.contract.errors import Evidence, NotSent, Refused, TemplateExists, TemplateGone, TemplateTaken, Unknown
from providers.contract.statuses import Concern
from providers.contract.words import Words
from providers.models import TemplateState, VoiceTemplate
from providers.voicetemplates import handover, services
from tests.factories import NoHttp, make_account, make_campaign

pytestmark = pytest.mark.django_db

WORDS = Words("Reason %(number)s.", {"number": 7})


@pytest.fixture
def asked(fake_gateway, monkeypatch):
    """What the provider was asked; ``answer`` is what it says."""
    calls = []

    def ask(operation):
        def asking(argument, access, http):
            calls.append((operation, argument))
            return calls_answer[0]

        return asking

    calls_answer = [TemplateTaken("77")]
    monkeypatch.setattr(fake_gateway, "add_template", ask("add"))
    monkeypatch.setattr(fake_gateway, "delete_template", ask("delete"))
    return calls, calls_answer


def draft(**values):
    return services.create_draft(**({"account": make_account(), "name": "t", "text": "hello", "by": None} | values))


def stored(template):
    return VoiceTemplate.objects.get(pk=template.pk)


@pytest.mark.parametrize(
    ("answer", "state", "provider_id", "reason", "unclear"),
    [
        (TemplateTaken("77"), "in_review", "77", "", ""),
        (TemplateTaken(""), "submitting", "", "", "its id “” cannot be used"),
        (TemplateExists(WORDS), "draft", "", "Reason 7.", ""),
        (Refused("1", "raw", WORDS), "draft", "", "Reason 7.", ""),
        (Refused("2", "raw", WORDS, Concern.CREDENTIALS), "draft", "", "Reason 7.", ""),
        (NotSent(WORDS), "draft", "", "Reason 7.", ""),
        (Unknown(WORDS), "submitting", "", "", "Reason 7."),
        (TemplateGone(WORDS), "submitting", "", "", "Reason 7."),
    ],
)
def test_each_answer_to_a_hand_in_leads_to_its_state(asked, answer, state, provider_id, reason, unclear):
    asked[1][0] = answer
    template = draft()
    services.submit(template, None)
    handover.hand_in(template.pk, NoHttp())
    after = stored(template)
    assert (after.state, after.provider_id, in_words(after.reason)) == (state, provider_id, reason)
    assert unclear in in_words(after.unclear_words)
    assert bool(after.unclear_words) == bool(unclear)
    assert asked[0] == [("add", "hello")]
    assert after.account.calls.count() == 1
    assert after.events.last().state == state


def test_submitting_is_committed_and_a_worker_woken_before_anything_is_asked(
    asked, django_capture_on_commit_callbacks, published
):
    template = draft()
    with django_capture_on_commit_callbacks(execute=True):
        services.submit(template, None)
    assert stored(template).state == TemplateState.SUBMITTING
    assert published == ["providers.submit_template"]
    assert asked[0] == []


@pytest.mark.parametrize("answer", [TemplateTaken("77"), Unknown(WORDS), NotSent(WORDS), Refused("1", "", WORDS)])
def test_a_doubled_task_asks_nothing_again(asked, answer):
    asked[1][0] = answer
    template = draft()
    services.submit(template, None)
    for _ in range(3):
        handover.hand_in(template.pk, NoHttp())
    assert len(asked[0]) == 1


def test_a_hand_in_that_was_cut_off_is_not_repeated_and_waits_for_a_person(asked):
    template = draft()
    services.submit(template, None)
    VoiceTemplate.objects.filter(pk=template.pk).update(submitted_at=timezone.now() - timedelta(minutes=10))
    handover.hand_in(template.pk, NoHttp())
    assert asked[0] == []
    assert services.needs_person(stored(template))


def test_an_id_that_another_template_has_is_unclear_and_not_stolen(asked):
    account = make_account()
    services.take_over(account=account, name="a", provider_id="77", text="x", by=None)
    template = draft(account=account)
    services.submit(template, None)
    handover.hand_in(template.pk, NoHttp())
    assert stored(template).state == TemplateState.SUBMITTING
    assert services.needs_person(stored(template))


def test_a_hand_in_is_called_off_only_before_a_worker_began(asked):
    template = draft()
    services.submit(template, None)
    services.back_to_draft(template, None)
    handover.hand_in(template.pk, NoHttp())
    assert (stored(template).state, asked[0]) == (TemplateState.DRAFT, [])
    services.submit(template, None)
    VoiceTemplate.objects.filter(pk=template.pk).update(submitted_at=timezone.now())
    with pytest.raises(Refusal):
        services.back_to_draft(template, None)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (TemplateTaken(""), "deleted"),
        (TemplateGone(WORDS), "deleted"),
        (Refused("1", "raw", WORDS), "approved"),
        (Unknown(WORDS), "approved"),
        (NotSent(WORDS), "approved"),
    ],
)
def test_each_answer_to_a_deletion_leads_to_its_state(asked, answer, state):
    asked[1][0] = answer
    template = services.take_over(account=make_account(), name="a", provider_id="5", text="x", by=None)
    services.delete(template, None)
    handover.remove(template.pk, NoHttp())
    assert stored(template).state == state
    assert asked[0] == [("delete", "5")]
    if state == "approved":
        assert in_words(template.events.last().words) == "Reason 7."


def test_deleting_again_asks_nothing_once_it_is_done(asked):
    template = services.take_over(account=make_account(), name="a", provider_id="5", text="x", by=None)
    for _ in range(2):
        handover.remove(template.pk, NoHttp())
    assert len(asked[0]) == 1


def test_that_the_provider_has_the_text_already_is_remembered_until_the_draft_changes(asked):
    asked[1][0] = TemplateExists(WORDS, Evidence(response="408 there"))
    template = draft()
    services.submit(template, None)
    handover.hand_in(template.pk, NoHttp())
    after = stored(template)
    assert (after.exists_there, after.events.last().raw) == (True, "408 there")
    services.update_draft(after, account=after.account, name="t", text="other", by=None)
    assert not stored(template).exists_there


def test_deleting_what_the_provider_has_no_more_says_so(asked):
    asked[1][0] = TemplateGone(WORDS)
    template = services.take_over(account=make_account(), name="a", provider_id="5", text="x", by=None)
    handover.remove(template.pk, NoHttp())
    assert "did not have it any more" in template.events.last().words


def test_a_template_that_is_gone_is_no_error(asked):
    handover.hand_in(123456, NoHttp())
    handover.remove(123456, NoHttp())
    assert asked[0] == []


def test_a_late_answer_to_an_earlier_hand_in_does_not_settle_the_next_one(fake_gateway, monkeypatch):
    template = draft()

    def asked_too_long(text, access, http):
        VoiceTemplate.objects.filter(pk=template.pk).update(submitted_at=timezone.now() - timedelta(minutes=5))
        services.set_state(template, state="draft", note_text="not there", provider_id="", by=None)
        services.submit(template, None)
        return Refused("1", "raw", WORDS)

    monkeypatch.setattr(fake_gateway, "add_template", asked_too_long)
    services.submit(template, None)
    handover.hand_in(template.pk, NoHttp())
    after = stored(template)
    assert (after.state, after.submitted_at, after.reason) == (TemplateState.SUBMITTING, None, "")
    assert "came after" in in_words(after.events.last().words)


@pytest.mark.parametrize("state", ["scheduled", "running"])
def test_a_template_that_a_campaign_chose_after_the_wish_to_delete_it_stays(asked, state):
    account = make_account()
    template = services.take_over(account=account, name="t", text="hello", provider_id="77", by=None)
    services.delete(template, None)
    make_campaign(account, "voice_template", 1, running=False, template=template, name="Spring", state=state)
    handover.remove(template.pk, NoHttp())
    assert asked[0] == []
    assert stored(template).state == TemplateState.APPROVED
    assert "Spring" in in_words(template.events.last().words)
