"""Everything about one number goes when somebody asks for it, in the background, and nothing about others."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.alerts.sync import sync_alerts
from campaigns.counters.recounts.recount import differences_of
from campaigns.models import (
    Activity,
    AudienceProblem,
    Campaign,
    Contact,
    ContactList,
    Erasure,
    NumberUse,
    Receipt,
    RecipientNote,
    Reply,
    Submission,
    Suppression,
)
from campaigns.privacy import steps, working
from campaigns.privacy.onenumber import ask, key_of, last_of, try_again
from campaigns.receipts.ingest import apply_pushes
from campaigns.receipts.replaying import replay
from campaigns.sending.dispatcher import dispatch
from notifyadmin.web.errors import Refusal
from providers.calllog.models import ProviderCall
from providers.contract.errors import Accepted, Answered
from providers.models import Account, InboundPush
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

NUMBER, OTHER = "8613800000001", "8613800000002"


def push(account: Account, *lines: str) -> InboundPush:
    return InboundPush.objects.create(account=account, door="receipts", body="\n".join(lines).encode())


def told(number: str) -> str:
    return f"call-{number[-1]}||{number}|delivered|2|1"


def erase_number(number: str, user: AbstractBaseUser | None, reason: str, *, suppression: bool = False) -> Erasure:
    """Asked for, and done by a worker."""
    erasure = ask(number, user, reason, suppression=suppression)
    working.erase(erasure.pk)
    erasure.refresh_from_db()
    return erasure


@pytest.fixture
def sent(fake_gateway: FakeGateway) -> Campaign:
    """Everybody is reached; NUMBER also replied, is a contact, and is on the suppression list."""
    fake_gateway.answer = lambda message: Answered(
        tuple(Accepted(callee.ref, f"call-{callee.number[-1]}") for callee in message.callees)
    )
    campaign = make_campaign(make_account(), recipients=3)
    campaign.recipients.update(typed="+86 138", variables={"name": "Wang"})
    dispatch(campaign.pk, http=NoHttp())
    Submission.objects.update(request=f"to {NUMBER},{OTHER}", response="ok")
    push(campaign.account, told(NUMBER))
    push(campaign.account, told(OTHER), told("8613800000003"))
    push(campaign.account, f"nobody||{NUMBER}|delivered|2|1", told(OTHER))
    apply_pushes()
    Reply.objects.create(account=campaign.account, number=NUMBER, text="hello", digest="d")
    people = ContactList.objects.create(name="people", total=2)
    for number in (NUMBER, OTHER):
        Contact.objects.create(contact_list=people, number=number)
        Suppression.objects.create(number=number)
    return campaign


def everything() -> str:
    bodies = b" ".join(bytes(one.body) for one in InboundPush.objects.all())
    kept = (Receipt, Submission, Reply, Contact, Activity)
    return f"{bodies!r} {[list(model.objects.values()) for model in kept]} " + str(
        list(Campaign.objects.get().recipients.values())
    )


def test_everything_about_it_goes_and_what_is_about_others_stays(sent: Campaign) -> None:
    before = states_of(sent)
    found = erase_number(NUMBER, make_user(), "asked by mail on 1 May")
    assert (found.recipients, found.pushes, found.replies, found.contacts) == (1, 2, 1, 1)
    assert (found.state, found.number) == ("done", "")
    assert NUMBER not in everything()
    assert NUMBER[-10:] not in everything()
    person, other = sent.recipients.get(position=1), sent.recipients.get(position=2)
    assert (person.number, person.typed, person.variables, person.state) == ("#1#", "", {}, "delivered")
    assert (other.number, other.typed, other.variables) == (OTHER, "+86 138", {"name": "Wang"})
    assert states_of(sent) == before
    assert differences_of([sent.pk]) == []
    assert Contact.objects.get().number == OTHER
    assert ContactList.objects.get().total == 1
    assert f"to {'*' * len(NUMBER)},{OTHER}" == Submission.objects.get().request
    assert OTHER.encode() in bytes(InboundPush.objects.order_by("-pk")[0].body)


def test_the_suppression_list_forgets_it_only_when_asked(sent: Campaign) -> None:
    erase_number(NUMBER, None, "asked")
    assert Suppression.objects.filter(number=NUMBER).exists()
    erase_number(NUMBER, None, "asked", suppression=True)
    assert list(Suppression.objects.values_list("number", flat=True)) == [OTHER]


def test_the_audit_line_tells_who_and_why_and_not_the_number(sent: Campaign) -> None:
    user = make_user()
    erase_number(NUMBER, user, "asked by mail")
    line = Activity.objects.get(kind="erased")
    assert line.user == user
    assert "asked by mail" in line.words
    assert key_of(NUMBER) in line.words
    assert key_of(NUMBER) != key_of(OTHER)


def test_a_reason_that_names_the_number_is_refused(sent: Campaign) -> None:
    with pytest.raises(Refusal):
        erase_number(NUMBER, None, "+86 138 0000 0001 asked")
    assert sent.recipients.get(position=1).number == NUMBER


@pytest.mark.parametrize("state", ["pending", "held", "submitted", "unknown"])
def test_somebody_who_is_still_waited_for_is_refused_and_nothing_is_touched(sent: Campaign, state: str) -> None:
    sent.recipients.filter(position=1).update(state=state)
    before = everything()
    with pytest.raises(Refusal, match=sent.name):
        erase_number(NUMBER, None, "asked")
    assert everything() == before


def test_a_late_receipt_about_an_erased_number_moves_nobody(sent: Campaign) -> None:
    erase_number(NUMBER, None, "asked")
    push(sent.account, f"call-1||{NUMBER}|undelivered|-6|2")
    apply_pushes()
    assert sent.recipients.get(position=1).state == "delivered"


def test_reading_the_pushes_again_afterwards_leaves_it_as_it_is(sent: Campaign) -> None:
    erase_number(NUMBER, None, "asked")
    InboundPush.objects.create(account=sent.account, door="receipts", body=b"x||861**********|delivered|2|1\n" * 2)
    InboundPush.objects.update(state="applied")
    before = everything()
    found = replay(sent.account, apply=True)
    assert (found.changed, found.added, found.replaced) == (0, 0, 0)
    assert everything() == before


def test_pushes_of_a_provider_that_is_no_longer_installed_do_not_hinder_it(sent: Campaign) -> None:
    gone = push(make_account("gone"), told(NUMBER))
    erase_number(NUMBER, None, "asked")
    gone.refresh_from_db()
    assert bytes(gone.body) == b""
    assert NUMBER not in everything()


def test_the_page_needs_the_permission_and_a_reason(sent: Campaign, client: Client) -> None:
    address = reverse("campaigns:retention:erase")
    client.force_login(make_user("campaigns.view_campaign"))
    assert client.get(address).status_code == 403
    client.force_login(make_user("campaigns.erase_number"))
    assert f"+{NUMBER}" in client.get(address, {"number": NUMBER}).content.decode()
    assert client.post(address, {"number": NUMBER, "sure": "on"}).status_code == 200
    assert not Erasure.objects.exists()


def test_the_page_answers_at_once_and_says_what_becomes_of_it(
    sent: Campaign, client: Client, published: list[str]
) -> None:
    user = make_user("campaigns.erase_number", "campaigns.view_campaign")
    client.force_login(user)
    address = reverse("campaigns:retention:erase")
    answer = client.post(address, {"number": f"+{NUMBER}", "reason": "asked", "sure": "on"}, follow=True)
    assert "Waiting" in answer.content.decode()
    assert published == ["campaigns.erase_number"]
    assert sent.recipients.get(position=1).number == NUMBER
    about = reverse("campaigns:numbers:detail", args=[NUMBER])
    assert "This number is being erased." in client.get(about).content.decode()
    working.erase(Erasure.objects.get().pk)
    for text in (client.get(about).content.decode(), client.get(address).content.decode()):
        assert user.get_username() in text
        assert "erased" in text
    assert "This number was erased." in client.get(about).content.decode()
    assert "Done" in client.get(address).content.decode()
    other = client.get(reverse("campaigns:numbers:detail", args=[OTHER])).content.decode()
    assert "This number was erased." not in other
    client.force_login(make_user("campaigns.change_retention"))
    assert key_of(NUMBER) in client.get(reverse("campaigns:retention:settings")).content.decode()


def test_notes_calls_and_rows_of_lists_go_and_the_uses_that_limits_need_stay(sent: Campaign) -> None:
    person = sent.recipients.get(position=1)
    for number in (NUMBER, OTHER):
        NumberUse.objects.create(account=sent.account, number=number)
    RecipientNote.objects.create(recipient=person, kind="skipped", words=f"about {NUMBER}")
    ProviderCall.objects.create(account=sent.account, operation="ask", outcome="ok", request=f"?n={NUMBER[2:]}")
    ProviderCall.objects.create(account=sent.account, operation="ask", outcome="ok", request=f"?n={OTHER}")
    AudienceProblem.objects.create(campaign=sent, row=1, number="138 0000-0001", words="Bad.")
    AudienceProblem.objects.create(campaign=sent, row=2, number="138 0000-0002", words="Bad.")
    Submission.objects.update(response=f"{NUMBER[2:]} taken", raw=f"{NUMBER} taken")
    erase_number(NUMBER, None, "asked")
    assert set(NumberUse.objects.values_list("number", flat=True)) == {NUMBER, OTHER}
    assert RecipientNote.objects.get().words == ""
    assert set(ProviderCall.objects.values_list("request", flat=True)) == {"", f"?n={OTHER}"}
    assert AudienceProblem.objects.get().row == 2
    assert NUMBER[-10:] not in str(Submission.objects.values_list("request", "response", "raw"))


def test_a_worker_that_is_killed_is_followed_by_one_that_goes_on_behind_it(
    sent: Campaign, published: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*args: Any) -> None:
        raise Killed

    erasure = ask(NUMBER, None, "asked")
    published.clear()
    monkeypatch.setattr(steps, "PUSHES", 1)
    with monkeypatch.context() as context, pytest.raises(Killed):
        context.setattr(working, "STEPS", (steps.pushes, killed, *steps.STEPS[2:]))
        working.erase(erasure.pk)
    erasure.refresh_from_db()
    assert (erasure.state, erasure.step, erasure.pushes) == ("erasing", 1, 2)
    working.wake_erasures()
    working.erase(erasure.pk)
    assert published == []
    assert sent.recipients.get(position=1).number == NUMBER
    Erasure.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    working.wake_erasures()
    assert published == ["campaigns.erase_number"]
    working.erase(erasure.pk)
    erasure.refresh_from_db()
    assert (erasure.state, erasure.recipients, erasure.pushes) == ("done", 1, 2)
    assert NUMBER[-10:] not in everything()
    working.erase(erasure.pk)
    assert Activity.objects.filter(kind="erased").count() == 1


def test_a_slice_gives_way_and_each_goes_further(sent: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PUSHES", 1)
    erasure = ask(NUMBER, None, "asked")
    slices = 0
    while erasure.state != "done":
        working.erase(erasure.pk, seconds=0)
        erasure.refresh_from_db()
        assert erasure.lease_until is None
        slices += 1
    assert slices > InboundPush.objects.count() + len(steps.STEPS)
    assert NUMBER[-10:] not in everything()


def test_who_was_given_up_changes_nothing(sent: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    erasure = ask(NUMBER, None, "asked")
    later = timezone.now() + timedelta(minutes=5)

    def taken_over(erasure: Erasure) -> None:
        steps.rows(erasure)
        Erasure.objects.update(lease_until=later, token=2)

    monkeypatch.setattr(working, "STEPS", (taken_over,))
    working.erase(erasure.pk)
    assert sent.recipients.get(position=1).number == NUMBER


def test_what_fails_says_so_is_a_matter_and_can_be_tried_again(
    sent: Campaign, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    erasure = ask(NUMBER, None, "asked")
    with monkeypatch.context() as context:
        context.setattr(working, "STEPS", (lambda erasure: 1 / 0,))
        working.erase(erasure.pk)
    sync_alerts()
    assert Activity.objects.get(attention=True, done_at=None).kind == "not_done"
    user = make_user("campaigns.erase_number", "campaigns.view_campaign")
    client.force_login(user)
    assert "fault of this application" in client.get(reverse("campaigns:retention:erase")).content.decode()
    assert "could not be erased" in client.get(reverse("campaigns:numbers:detail", args=[NUMBER])).content.decode()
    again = reverse("campaigns:retention:erase_again", args=[erasure.pk])
    assert client.post(again).status_code == 302
    sync_alerts()
    assert not Activity.objects.filter(attention=True, done_at=None).exists()
    working.erase(erasure.pk)
    erasure.refresh_from_db()
    assert erasure.state == "done"
    with pytest.raises(Refusal):
        try_again(erasure)


def test_what_waits_again_by_then_is_refused_and_asked_for_anew(sent: Campaign) -> None:
    erasure = ask(NUMBER, None, "asked")
    sent.recipients.filter(position=1).update(state="submitted")
    working.erase(erasure.pk)
    erasure.refresh_from_db()
    assert (erasure.state, erasure.number) == ("failed", NUMBER)
    assert sent.name in erasure.words
    sent.recipients.filter(position=1).update(state="delivered")
    again = erase_number(NUMBER, make_user(), "asked twice", suppression=True)
    assert (again.pk, again.state, again.reason) == (erasure.pk, "done", "asked twice")
    assert not Suppression.objects.filter(number=NUMBER).exists()
    assert last_of(NUMBER) == again


def test_what_kills_every_worker_is_not_tried_for_ever(sent: Campaign) -> None:
    erasure = ask(NUMBER, None, "asked")
    Erasure.objects.update(state="erasing", tries=5, lease_until=timezone.now() - timedelta(seconds=1))
    working.erase(erasure.pk)
    erasure.refresh_from_db()
    assert erasure.state == "failed"
