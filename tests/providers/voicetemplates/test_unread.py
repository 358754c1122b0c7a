"""A push that nobody could read may be the review that is waited for."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from providers.models import InboundPush, VoiceTemplate
from providers.voicetemplates import unread
from providers.voicetemplates.unread import unread_pushes
from tests.factories import make_account, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]

BODY = b'--x\r\nContent-Disposition: form-data; name="result"\r\n\r\n\xe9\x80\x9a\xe8\xbf\x87 <b>\r\n--x--'
HANDED_IN = timezone.now() - timedelta(hours=3)


@pytest.fixture(autouse=True)
def gateway(fake_gateway):
    return fake_gateway


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def awaited(account, state="in_review", submitted_at=HANDED_IN, **more) -> VoiceTemplate:
    return VoiceTemplate.objects.create(
        account=account, name="pick-up", text="x", state=state, submitted_at=submitted_at, **more
    )


def pushed(account, *, state="unreadable", after=timedelta(hours=1), body=BODY) -> InboundPush:
    return InboundPush.objects.create(
        account=account, door="templates", body=body, state=state, received_at=HANDED_IN + after, problem="No code."
    )


def shown(templates=None) -> list[int]:
    return [push.pk for push in unread_pushes(VoiceTemplate.objects.all() if templates is None else templates)]


def pages(staff, template) -> list[str]:
    where = [reverse("providers:voicetemplates:list"), reverse("providers:voicetemplates:detail", args=[template.pk])]
    return [staff.get(address).content.decode() for address in where]


def test_an_unread_push_is_shown_on_both_pages_with_its_words_and_a_link(staff, account):
    template, push = awaited(account), pushed(account)
    for page in pages(staff, template):
        assert reverse("providers:pushes:detail", args=[push.pk]) in page
        assert "通过 &lt;b&gt;" in page
        assert "No code." in page


@pytest.mark.parametrize("state", ["approved", "rejected", "draft", "deleted"])
def test_nothing_is_shown_when_no_review_is_awaited(staff, account, state):
    template = awaited(account, state)
    pushed(account)
    assert not shown()
    assert not any("unread-pushes" in page for page in pages(staff, template))


def test_an_uncertain_hand_in_waits_for_a_review_too(account):
    awaited(account, "submitting", unclear_words="Nobody knows.")
    push = pushed(account)
    assert shown() == [push.pk]


def test_what_has_not_left_yet_waits_for_nothing(account):
    awaited(account, "submitting", submitted_at=None)
    pushed(account)
    assert not shown()


def test_only_unread_pushes_of_the_same_account_since_the_hand_in_count(account):
    template, other = awaited(account), make_account()
    pushed(account, after=-timedelta(minutes=1))
    pushed(other)
    for state in ("new", "applied", "waiting"):
        pushed(account, state=state)
    push = pushed(account)
    assert shown() == [push.pk]
    VoiceTemplate.objects.filter(pk=template.pk).update(waiting_since=HANDED_IN + timedelta(hours=2))
    assert not shown()


def test_whoever_may_not_see_pushes_sees_nothing_of_them(client, account):
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="view_voicetemplate"))
    client.force_login(user)
    template, _ = awaited(account), pushed(account)
    for page in pages(client, template):
        assert "unread-pushes" not in page
        assert "通过" not in page


def test_the_newest_few_are_shown_and_the_rest_is_linked(staff, account):
    template = awaited(account)
    made = [pushed(account).pk for _ in range(6)]
    assert shown() == made[:1:-1]
    for page in pages(staff, template):
        assert page.count("Look at the push") == 3
        assert "?state=unreadable" in page


def test_an_empty_push_is_shown_as_such(staff, account):
    template = awaited(account)
    pushed(account, body=b"")
    assert all("(empty)" in page for page in pages(staff, template))


def test_of_many_unread_pushes_only_the_newest_are_looked_at(account, monkeypatch):
    monkeypatch.setattr(unread, "LOOKED_AT", 2)
    awaited(account)
    pushed(account)
    other = make_account()
    for _ in range(2):
        pushed(other)
    assert not shown()


def test_many_templates_and_pushes_cost_one_question_that_reads_no_whole_body(account):
    for name in range(5):
        awaited(account, provider_id=str(name))
        pushed(account, body=b"x" * 100_000)
    with CaptureQueriesContext(connection) as asked:
        found = unread_pushes(VoiceTemplate.objects.all())
    [question] = asked.captured_queries
    assert "LIMIT" in question["sql"]
    assert [len(push.line) for push in found] == [unread.LINE_CHARACTERS] * (unread.SHOWN + 1)
