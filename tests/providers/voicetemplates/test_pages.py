"""Pages of voice templates."""

import pytest
from django.urls import reverse

from providers.models import AccountState, VoiceTemplate
from providers.voicetemplates import services
from tests.factories import make_account, make_user

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


@pytest.mark.parametrize("text", ["", "【变量】", "【变量】 【变量】"])
def test_a_text_that_cannot_be_reviewed_is_not_saved(staff, text):
    response = staff.post(address("add"), {"account": make_account().pk, "name": "x", "text": text})
    assert response.context["form"].errors.keys() == {"text"}
    assert not VoiceTemplate.objects.exists()


def test_archived_accounts_and_those_that_review_nothing_are_not_offered(staff):
    archived, other, able = make_account(state=AccountState.ARCHIVED), make_account("gone"), make_account()
    choices = staff.get(address("add")).context["form"].fields["account"].queryset
    assert list(choices) == [able], (archived, other)


def test_an_existing_template_is_taken_over_as_approved(staff):
    values = {"account": make_account().pk, "name": "x", "text": "hello", "provider_id": "20481"}
    staff.post(address("take-over"), values)
    template = VoiceTemplate.objects.get()
    assert (template.state, template.provider_id) == ("approved", "20481")


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


def test_the_list_asks_as_many_questions_for_many_templates_as_for_one(staff, django_assert_max_num_queries):
    account = make_account()
    for number in range(8):
        services.create_draft(account=account, name=f"t{number}", text="hello", by=None)
    with django_assert_max_num_queries(9):
        staff.get(address("list"))
