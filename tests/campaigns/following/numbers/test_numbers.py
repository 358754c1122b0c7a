"""Everything about one number, and the way to it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.following.numbers.using import uses_of
from campaigns.models import Campaign, Contact, ContactList, NumberUse, Reply, Suppression, by_number
from providers.contract.gateway import Frequency
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
BACKEND = "django.contrib.auth.backends.ModelBackend"
NUMBER = "8613800000001"


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 3)


@pytest.fixture
def boss(db: None) -> User:
    return make_user(is_superuser=True)


@pytest.fixture
def client(client: Client, boss: User) -> Client:
    client.force_login(boss, BACKEND)
    return client


def page(client: Client, number: str = NUMBER, **query: object) -> str:
    return client.get(reverse("campaigns:numbers:detail", args=[number]), query).content.decode()


@pytest.mark.parametrize(
    "typed", ["13800000001", "+86 138 0000 0001", "0086-138-0000-0001", "１３８００００000１", "(86) 138.0000.0001"]
)
def test_any_way_of_writing_a_number_leads_to_its_page(client: Client, campaign: Campaign, typed: str) -> None:
    answer = client.get(reverse("campaigns:numbers:find"), {"q": typed})
    assert answer["Location"] == reverse("campaigns:numbers:detail", args=[NUMBER])


@pytest.mark.parametrize(("typed", "words"), [("0001", "Type the whole number"), ("hello world", "Type the whole")])
def test_what_is_no_whole_number_is_told_what_to_do(client: Client, typed: str, words: str) -> None:
    text = client.get(reverse("campaigns:numbers:find"), {"q": typed}).content.decode()
    assert words in text
    assert typed in text


def test_without_a_question_there_is_a_box_to_ask(client: Client) -> None:
    assert "Write it in any way" in client.get(reverse("campaigns:numbers:find")).content.decode()


def test_the_box_stands_on_every_page_of_those_who_may_look(client: Client, fake_gateway: FakeGateway) -> None:
    address = reverse("campaigns:activity:list")
    assert "Find a number" in client.get(address).content.decode()
    client.force_login(make_user("campaigns.view_activity"), BACKEND)
    assert "Find a number" not in client.get(address).content.decode()


def test_it_is_found_in_every_campaign_newest_first_a_page_at_a_time(client: Client, campaign: Campaign) -> None:
    others = [make_campaign(campaign.account, "sms", 1, name=f"story {place:02}") for place in range(30)]
    make_campaign(campaign.account, "sms", 1).recipients.update(number="8613900000001")
    first = by_number.sent_to(NUMBER)
    assert [person.campaign_id for person in first.people] == [one.pk for one in reversed(others)][:25]
    assert first.newer is None
    second = by_number.sent_to(NUMBER, before=first.older)
    assert [person.campaign_id for person in second.people] == [one.pk for one in others[4::-1]] + [campaign.pk]
    assert second.older is None
    back = by_number.sent_to(NUMBER, after=second.newer)
    assert [person.pk for person in back.people] == [person.pk for person in first.people]
    assert back.newer is None
    text = page(client)
    assert text.index("story 29") < text.index("story 28")
    assert "story 00" not in text
    assert "story 00" in page(client, before=first.older)


def test_the_page_asks_the_same_questions_for_one_campaign_and_for_many(client: Client, campaign: Campaign) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    before = queries()
    for _ in range(9):
        make_campaign(campaign.account, "sms", 1)
    assert queries() == before


def test_a_number_is_looked_up_by_an_index(campaign: Campaign) -> None:
    make_campaign(campaign.account, "sms", 3000)
    with connection.cursor() as cursor:
        # Of a few rows, or of rows it has never looked at, a planner thinks otherwise.
        cursor.execute("ANALYZE")
    plan = by_number.recipients_of(NUMBER).order_by("-campaign_id").explain()
    assert "recipient_number" in plan or "(campaign_id=? AND number=?)" in plan
    assert "SCAN" not in plan


def test_it_is_put_on_the_suppression_list_and_taken_off_again_here(client: Client, campaign: Campaign) -> None:
    here = reverse("campaigns:numbers:detail", args=[NUMBER])
    given = {"what": "calls", "reason": "complaint", "note": "by phone"}
    answer = client.post(reverse("campaigns:numbers:suppress", args=[NUMBER]), given, follow=True)
    assert answer.redirect_chain[0][0] == here
    entry = Suppression.objects.get(number=NUMBER)
    assert (entry.calls, entry.messages, entry.reason, entry.note) == (True, False, "complaint", "by phone")
    assert "On the suppression list" in page(client)
    client.post(reverse("campaigns:numbers:release", args=[NUMBER]))
    assert not Suppression.objects.exists()


def test_nonsense_in_the_form_changes_nothing(client: Client) -> None:
    client.post(reverse("campaigns:numbers:suppress", args=[NUMBER]), {"what": "everything"})
    assert not Suppression.objects.exists()


def test_who_may_only_look_sees_only_what_is_allowed(client: Client, campaign: Campaign) -> None:
    Suppression.objects.create(number=NUMBER, note="secret note")
    Reply.objects.create(account=campaign.account, number=NUMBER, text="what I wrote", digest="d")
    client.force_login(make_user("campaigns.view_campaign"), BACKEND)
    text = page(client)
    assert campaign.name in text
    assert "secret note" not in text
    assert "what I wrote" not in text
    for name in ("suppress", "release"):
        assert client.post(reverse(f"campaigns:numbers:{name}", args=[NUMBER])).status_code == 403


def test_replies_and_contact_lists_are_on_the_page(client: Client, campaign: Campaign) -> None:
    people = ContactList.objects.create(name="Regulars")
    Contact.objects.create(contact_list=people, number=NUMBER, typed="138 0000 0001")
    Contact.objects.create(contact_list=ContactList.objects.create(name="Strangers"), number="8613800000002")
    Reply.objects.create(account=campaign.account, number=NUMBER, text="<b>please stop</b>", stops=True, digest="d")
    text = page(client)
    assert "Regulars" in text
    assert "Strangers" not in text
    assert "&lt;b&gt;please stop&lt;/b&gt;" in text


def test_how_often_a_number_was_used_lately_stands_against_its_limits(
    campaign: Campaign, fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = (Frequency("second", 1, 1.0), Frequency("minute", 3, 60.0), Frequency("day", 10, 86400.0))
    monkeypatch.setattr(type(fake_gateway), "frequencies", lambda self, access: limits)
    now = timezone.now()
    at = now.timestamp()
    recent = [at - 3600, at - 30, at - 20, at - 10]
    NumberUse.objects.create(account=campaign.account, number=NUMBER, recent=recent)
    (use,) = uses_of(NUMBER, now)
    assert [(window.used, window.most) for window in use.windows] == [(0, 1), (3, 3), (4, 10)]
    assert use.until is not None
    assert timedelta(seconds=30) < use.until - now < timedelta(seconds=33)
    (free,) = uses_of("8613800000002", now)
    assert ([window.used for window in free.windows], free.until) == ([0, 0, 0], None)


@pytest.mark.parametrize("number", ["abc", "1" * 21, "+86138"])
def test_what_is_no_number_has_no_page(client: Client, number: str) -> None:
    assert client.get(f"/numbers/{number}/").status_code == 404


def test_a_number_that_nobody_knows_says_so(client: Client, fake_gateway: FakeGateway) -> None:
    assert "Nothing was ever sent to this number" in page(client, "8613999999999")
