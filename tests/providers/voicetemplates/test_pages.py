"""Pages of voice templates."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from providers.contract.events import ReviewEvent
from providers.contract.statuses import Review
from providers.models import AccountState, UnknownReview, VoiceTemplate
from providers.voicetemplates import services
from tests.factories import make_account, make_campaign, make_user
from tests.markup import tight

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(fake_gateway):
    return fake_gateway


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def address(name, *args):
    return reverse(f"providers:voicetemplates:{name}", args=args)


def test_a_template_is_written_and_handed_in(staff):
    values = {"account": make_account().pk, "name": "pick-up", "text": "您好【变量】，请领取。"}
    staff.post(address("add"), values)
    template = VoiceTemplate.objects.get()
    assert (template.state, template.text) == ("draft", values["text"])
    staff.post(address("submit", template.pk))
    assert VoiceTemplate.objects.get().state == "submitting"


@pytest.mark.parametrize("page", ["add", "take-over"])
def test_lines_end_as_in_the_texts_of_campaigns_whatever_the_browser_sends(staff, page):
    values = {"account": make_account().pk, "name": "two lines", "text": "您好【变量】，\r\n请领取。"}
    staff.post(address(page), values | {"provider_id": "7", "state": "approved"})
    assert VoiceTemplate.objects.get().text == "您好【变量】，\n请领取。"


@pytest.mark.parametrize("wrong", ["²", "9" * 30, "9" * 5000, "x"])
def test_keys_that_no_row_can_have_choose_nothing(staff, wrong):
    for where in (f"{address('add')}?from={wrong}", f"{address('take-over')}?account={wrong}"):
        assert staff.get(where).status_code == 200
    assert staff.get(address("preview"), {"account": wrong, "text": "hello"}).status_code == 200
    assert staff.post(address("add"), {"account": wrong, "text": "hello"}).status_code == 200


@pytest.mark.parametrize("text", ["", "【变量】", "【变量】 【变量】"])
def test_a_text_that_cannot_be_reviewed_is_not_saved(staff, text):
    response = staff.post(address("add"), {"account": make_account().pk, "name": "x", "text": text})
    assert response.context["form"].errors.keys() == {"text"}
    assert not VoiceTemplate.objects.exists()


def test_archived_accounts_and_those_that_review_nothing_are_not_offered(staff):
    archived, other, able = make_account(state=AccountState.ARCHIVED), make_account("gone"), make_account()
    choices = staff.get(address("add")).context["form"].fields["account"].queryset
    assert list(choices) == [able], (archived, other)


@pytest.mark.parametrize("state", ["approved", "in_review"])
def test_an_existing_template_is_taken_over_in_its_state(staff, state):
    values = {"account": make_account().pk, "name": "x", "text": "hello", "provider_id": "20481", "state": state}
    staff.post(address("take-over"), values)
    template = VoiceTemplate.objects.get()
    assert (template.state, template.provider_id) == (state, "20481")


def test_the_preview_shows_variables_and_what_is_wrong(staff):
    values = {"account": make_account().pk, "text": "您好【变量】【变量】<b>"}
    page = staff.get(address("preview"), values).content.decode()
    assert page.count('<span class="chip">变量</span>') == 2
    assert "next to each other" in page
    assert "&lt;b&gt;" in page


def test_the_list_counts_each_state_under_the_other_filters(staff):
    account = make_account()
    for name in ("pick-up one", "pick-up two", "clinic"):
        services.create_draft(account=account, name=name, text="hello", by=None)
    services.take_over(account=account, name="pick-up three", provider_id="5", text="hello", by=None)
    response = staff.get(address("list"), {"q": "pick-up", "state": "approved"})
    counts = {value: count for value, _, count in response.context["segments"]}
    assert (counts[""], counts["draft"], counts["approved"]) == (3, 2, 1)
    page = response.content.decode()
    assert "pick-up three" in page
    assert "pick-up one" not in page


def test_a_refused_action_says_why_and_changes_nothing(staff):
    template = services.take_over(account=make_account(), name="a", provider_id="5", text="x", by=None)
    page = staff.post(address("submit", template.pk), follow=True).content.decode()
    assert "Only a draft can be handed in" in page
    assert VoiceTemplate.objects.get().state == "approved"


def test_the_words_of_a_provider_cannot_break_out_of_the_page(staff):
    template = services.create_draft(account=make_account(), name="a", text="<i>x</i>", by=None)
    VoiceTemplate.objects.update(reason="<script>alert(1)</script>")
    for page in (staff.get(address("detail", template.pk)), staff.get(address("list"))):
        assert "<script>alert" not in page.content.decode()
        assert "<i>x" not in page.content.decode()


def test_the_list_asks_as_many_questions_for_many_templates_as_for_one(staff):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            staff.get(address("list"))
        return len(asked)

    def fill(round_):
        account = make_account()
        services.create_draft(account=account, name="draft", text="hello", by=None)
        old = services.take_over(
            account=account, name="old", provider_id=f"{round_}", text="x", by=None, state="in_review"
        )
        VoiceTemplate.objects.filter(pk=old.pk).update(waiting_since=timezone.now() - timedelta(days=3))
        UnknownReview.objects.create(account=account, template_id="9", review="approved", at=timezone.now())

    fill(0)
    staff.get(address("list"))
    before = questions()
    for round_ in range(1, 9):
        fill(round_)
    assert questions() == before


def test_what_can_be_used_today_stands_first(staff):
    account, paused = make_account(), make_account(state=AccountState.PAUSED)
    for name, state, at in [("w", "in_review", account), ("p", "approved", paused), ("u", "approved", account)]:
        services.take_over(account=at, name=name, provider_id=name, text="x", by=None, state=state)
    services.create_draft(account=account, name="d", text="x", by=None)
    response = staff.get(address("list"))
    assert [row.record.name for row in response.context["table"].rows] == ["u", "p", "w", "d"]
    assert response.context["usable"] == 1
    assert "but its account: Paused" in response.content.decode()


def test_a_review_of_an_unknown_id_is_shown_and_leads_to_taking_it_over(staff):
    account = make_account()
    services.apply_review(account, ReviewEvent("123", Review.APPROVED, "2", "fine"), timezone.now())
    page = staff.get(address("list")).content.decode()
    assert "unknown id" in page
    link = html.unescape(re.search(r'href="([^"]*take-over/[?][^"]*)"', page)[1])
    form = staff.get(link).context["form"]
    assert (form["account"].value(), form["provider_id"].value(), form["state"].value()) == (
        account.pk,
        "123",
        "approved",
    )
    staff.post(address("dismiss-review", UnknownReview.objects.get().pk))
    assert "unknown id" not in staff.get(address("list")).content.decode()


def test_a_draft_that_exists_already_offers_to_be_linked(staff):
    template = services.create_draft(account=make_account(), name="a", text="x", by=None)
    assert address("link", template.pk) not in staff.get(address("detail", template.pk)).content.decode()
    VoiceTemplate.objects.update(exists_there=True, reason="It is there.")
    assert address("link", template.pk) in staff.get(address("detail", template.pk)).content.decode()
    response = staff.post(address("link", template.pk), {"provider_id": "9", "state": "approved"})
    assert response.context["form"].errors.keys() == {"note_text"}
    staff.post(address("link", template.pk), {"provider_id": "9", "state": "approved", "note_text": "seen"})
    after = VoiceTemplate.objects.get()
    assert (after.state, after.provider_id) == ("approved", "9")


def test_an_unclear_hand_in_is_settled_by_saying_what_was_seen(staff):
    made = {
        "account": make_account(),
        "name": "a",
        "text": "x",
        "state": "submitting",
        "unclear_words": "Nobody knows.",
    }
    template = VoiceTemplate.objects.create(**made)
    page = staff.get(address("detail", template.pk)).content.decode()
    assert "It is there…" in page
    assert "It is not there…" in page
    assert staff.get(address("set-state", template.pk), {"state": "draft"}).context["form"]["state"].value() == "draft"
    staff.post(address("set-state", template.pk), {"state": "draft", "note_text": "looked"})
    assert VoiceTemplate.objects.get().state == "draft"


def test_editing_a_rejected_one_as_new_keeps_its_text_shows_the_reason_and_remembers_it(staff):
    old = services.take_over(account=make_account(), name="a", provider_id="9", text="x【变量】", by=None)
    VoiceTemplate.objects.update(state="rejected", reason="too <vague>")
    where = f"{address('add')}?from={old.pk}"
    response = staff.get(where)
    assert response.context["form"]["text"].value() == "x【变量】"
    assert "too &lt;vague&gt;" in response.content.decode()
    bad = staff.post(where, {"account": old.account_id, "name": "b", "text": "【变量】"})
    assert "too &lt;vague&gt;" in bad.content.decode()
    staff.post(where, {"account": old.account_id, "name": "b", "text": "y【变量】"})
    new = VoiceTemplate.objects.exclude(pk=old.pk).get()
    assert (new.origin, new.text) == (old, "y【变量】")
    assert "too &lt;vague&gt;" in staff.get(address("edit", new.pk)).content.decode()


def test_the_preview_speaks_the_example_values_and_names_mistakes(staff):
    values = {"account": make_account().pk, "text": "您好[变量]，码【变量】", "example": ["1234"]}
    page = tight(staff.get(address("preview"), values).content)
    assert '<span class="chip">1234</span>' in page
    assert 'data-replace="[变量]" data-nth="0" data-by="【变量】"' in page
    assert "Character 3" in page


def test_the_fields_of_example_values_are_sent_again_only_when_their_number_changes(staff):
    values = {"account": make_account().pk, "text": "a【变量】b【变量】", "example": ["1", "2"]}
    assert 'id="example-1"' not in staff.get(address("preview"), values).content.decode()
    page = tight(staff.get(address("preview"), values | {"example": ["1"]}).content)
    assert 'id="example-2"' in page
    assert 'name="example" value="1"' in page


def test_example_values_stay_in_the_form_when_it_comes_back(staff):
    values = {"account": make_account().pk, "name": "", "text": "a【变量】", "example": ["1234"]}
    assert 'name="example" value="1234"' in tight(staff.post(address("add"), values).content)


def test_deleting_asks_naming_the_drafts_it_stops_and_is_not_offered_while_a_campaign_runs(staff):
    template = services.take_over(account=make_account(), name="a", provider_id="5", text="x", by=None)
    made = {"kind": "voice_template", "recipients": 1, "template": template}
    drafted = make_campaign(template.account, running=False, **made)
    context = staff.get(address("detail", template.pk)).context
    assert drafted.name in context["deletion_question"]
    running = make_campaign(template.account, **made)
    context = staff.get(address("detail", template.pk)).context
    assert (context["is_deletable"], running.name in context["needed_by"]) == (False, True)


def test_the_history_is_told_only_where_there_is_one(staff):
    account = make_account()
    assert "by 1 review" not in staff.get(address("list")).content.decode()
    now = timezone.now()
    VoiceTemplate.objects.create(
        account=account, name="a", text="x", state="approved", submitted_at=now - timedelta(minutes=90), reviewed_at=now
    )
    page = staff.get(address("list")).content.decode().replace("\xa0", " ")
    assert "A review takes 1 hour, 30 minutes here, by 1 review" in page
    assert "100 % of 1 was approved" in page
