"""Contact lists, their tags, and audiences that become lists."""

import pytest

from campaigns.models import Contact, Recipient
from campaigns.people.contacts import selectors, services, tags
from notifyadmin.web.errors import Refusal
from tests.factories import FakeGateway, make_account, make_campaign

from .making import make_list, number

pytestmark = [pytest.mark.django_db, pytest.mark.stores]


def tagged(contact_list: object, tag: str) -> list[str]:
    rows = Contact.objects.filter(contact_list=contact_list, tags__contains=tags.mark(tag))
    return sorted(rows.values_list("number", flat=True))


def test_tags_are_given_to_those_who_lack_them_and_taken_again() -> None:
    contacts = make_list(4)
    everybody = Contact.objects.filter(contact_list=contacts)
    assert services.tag(contacts, everybody, ["even", "north"]) == (6, 0)
    assert tagged(contacts, "even") == tagged(contacts, "north") == [number(place) for place in range(1, 5)]
    assert services.untag(contacts, everybody, ["even"]) == 4
    assert [contact.tags for contact in everybody.all()] == ["|north|"] * 4
    assert services.untag(contacts, everybody, ["north", "gone"]) == 4
    assert [contact.tags for contact in everybody.all()] == [""] * 4


def test_a_tag_within_another_is_not_mistaken_for_it() -> None:
    contacts = make_list(1)
    everybody = Contact.objects.filter(contact_list=contacts)
    services.tag(contacts, everybody, ["north west", "nor"])
    services.untag(contacts, everybody, ["nor"])
    assert everybody.get().tags == "|north west|"
    assert selectors.tags_of(contacts) == ["north west"]


def test_who_has_no_room_for_one_more_tag_keeps_the_old_ones() -> None:
    contacts = make_list(2)
    full = tags.pack([f"{place:039d}" for place in range(7)])
    Contact.objects.filter(number=number(1)).update(tags=full)
    assert services.tag(contacts, Contact.objects.filter(contact_list=contacts), ["x" * 40]) == (1, 1)
    assert Contact.objects.get(number=number(1)).tags == full


def test_deleting_contacts_keeps_the_total_right_and_campaigns_as_they_are() -> None:
    contacts = make_list(5)
    gone = services.delete_contacts(contacts, Contact.objects.filter(contact_list=contacts, tags="|even|"))
    contacts.refresh_from_db()
    assert (gone, contacts.total, contacts.contacts.count()) == (2, 3, 3)


def test_two_lists_cannot_have_one_name() -> None:
    contacts = make_list(name="Hall 2")
    with pytest.raises(Refusal):
        services.create("Hall 2", "", None)
    other = make_list()
    with pytest.raises(Refusal):
        services.rename(other, "Hall 2", "")
    services.rename(contacts, "Hall 2", "a note")


def test_an_audience_becomes_a_contact_list_with_numbers_values_and_columns(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "sms", 3, columns=["code"])
    Recipient.objects.filter(campaign=campaign, position=2).update(variables={"code": "6-2"}, typed="0138")
    made = services.save_audience(campaign, "Kept", "from May", None)
    assert (made.name, made.note, made.total, made.columns) == ("Kept", "from May", 3, ["code"])
    kept = Contact.objects.get(contact_list=made, number=number(2))
    assert (kept.variables, kept.typed, kept.tags) == ({"code": "6-2"}, "0138", "")
    assert kept.created_at is not None


def test_pages_by_key_leave_nobody_out_and_show_nobody_twice() -> None:
    contacts = make_list(130)
    seen: list[str] = []
    query: dict[str, str] = {}
    while True:
        page = selectors.page(contacts, query)
        seen += [contact.number for contact in page.rows]
        if not page.next:
            break
        query = dict(part.split("=") for part in page.next.lstrip("?").split("&"))
    assert seen == [number(place) for place in range(1, 131)]
    back = selectors.page(contacts, dict(part.split("=") for part in page.previous.lstrip("?").split("&")))
    assert back.rows[-1].number == number(100)


def test_contacts_are_found_by_part_of_a_number_and_by_tag() -> None:
    contacts = make_list(30)
    assert [c.number for c in selectors.page(contacts, {"number": "0000012"}).rows] == [number(12)]
    assert [c.number for c in selectors.page(contacts, {"number": "13800000012"}).rows] == [number(12)]
    assert len(selectors.page(contacts, {"tag": "EVEN"}).rows) == 15
    assert selectors.page(contacts, {"tag": "odd"}).rows == []
