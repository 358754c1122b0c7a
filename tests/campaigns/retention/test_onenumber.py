"""Everything about one number goes when somebody asks for it, and nothing about others."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.audits.recount import differences_of
from campaigns.dispatch.dispatcher import dispatch
from campaigns.models import Activity, Campaign, Contact, ContactList, Receipt, Reply, Submission, Suppression
from campaigns.receipts.ingest import apply_pushes
from campaigns.receipts.replaying import replay
from campaigns.retention.onenumber import erase_number, key_of
from notifyadmin.web.errors import Refusal
from providers.contract.errors import Accepted, Answered
from providers.models import Account, InboundPush
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

NUMBER, OTHER = "8613800000001", "8613800000002"


def push(account: Account, *lines: str) -> InboundPush:
    return InboundPush.objects.create(account=account, door="receipts", body="\n".join(lines).encode())


def told(number: str) -> str:
    return f"call-{number[-1]}||{number}|delivered|2|1"


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
    assert (found.recipients, found.receipts, found.pushes, found.replies, found.contacts) == (1, 2, 2, 1, 1)
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
    assert sent.recipients.get(position=1).number == NUMBER
    answer = client.post(address, {"number": f"+{NUMBER}", "reason": "asked", "sure": "on"})
    assert answer.status_code == 302
    assert sent.recipients.get(position=1).number == "#1#"
