"""Pages of contact lists, and choosing one in the audience step."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.models import Contact, ContactList, ListFile
from tests.factories import FakeGateway, make_account, make_campaign, make_user

from .making import make_list, number

pytestmark = pytest.mark.django_db

ALL = (
    *(f"campaigns.{verb}_contactlist" for verb in ("view", "add", "change")),
    *("campaigns.delete_contact", "campaigns.change_campaign", "campaigns.view_campaign"),
)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user(*ALL))
    return client


def url(name: str, contacts: ContactList) -> str:
    return reverse(f"campaigns:contacts:{name}", args=[contacts.pk])


def bring(client: Client, contacts: ContactList, text: str) -> Any:
    file = SimpleUploadedFile("people.csv", text.encode())
    data = {"file": file, "home": "CN", "pasted": "", "complete": "1"}
    return client.post(url("import", contacts), data, follow=True)


def test_a_list_is_made_filled_renamed_archived_and_brought_back(staff: Client) -> None:
    staff.post(reverse("campaigns:contacts:add"), {"name": "Hall 2", "note": "members"})
    contacts = ContactList.objects.get()
    assert "Nobody is in this list yet" in staff.get(url("detail", contacts)).content.decode()
    bring(staff, contacts, "mobile,place\n13800138000,Hall 2\n13800138000,again\nabc,bad\n13900139000,Hall 3\n")
    contacts.refresh_from_db()
    assert (contacts.total, contacts.columns) == (2, ["place"])
    made = ListFile.objects.get()
    assert (made.rows, made.good, made.duplicates, made.bad) == (4, 2, 1, 1)
    staff.post(url("edit", contacts), {"name": "Hall two", "note": ""})
    staff.post(url("archive", contacts))
    assert "Hall two" not in staff.get("/contacts/").content.decode()
    assert "Hall two" in staff.get("/contacts/?archived=1").content.decode()
    assert staff.get(url("import", contacts)).status_code == 302
    staff.post(url("restore", contacts))
    assert "Hall two" in staff.get("/contacts/").content.decode()


def test_a_taken_name_is_told_and_nothing_typed_is_lost(staff: Client) -> None:
    make_list(name="Hall 2")
    shown = staff.post(reverse("campaigns:contacts:add"), {"name": "Hall 2", "note": "members"}).content.decode()
    assert "already" in shown
    assert "members" in shown


def test_known_contacts_are_kept_as_they_are(staff: Client) -> None:
    contacts = make_list(1)
    bring(staff, contacts, f"mobile,place\n+{number(1)},elsewhere\n+{number(2)},new\n")
    made = ListFile.objects.get()
    assert (made.good, made.known) == (1, 1)
    assert Contact.objects.get(number=number(1)).variables == {"place": "1"}


def test_a_file_is_taken_back_with_its_contacts(staff: Client) -> None:
    contacts = make_list(1)
    bring(staff, contacts, f"mobile,place\n+{number(2)},new\n")
    made = ListFile.objects.get()
    staff.post(reverse("campaigns:contacts:import_remove", args=[contacts.pk, made.pk]))
    contacts.refresh_from_db()
    assert (contacts.total, list(contacts.contacts.values_list("number", flat=True))) == (1, [number(1)])


def test_a_column_of_tags_becomes_tags(staff: Client) -> None:
    contacts = make_list()
    file = SimpleUploadedFile("people.csv", b'mobile,group,place\n13800138000,"VIP, North",x\n13900139000,,y\n')
    data = {"file": file, "home": "CN", "pasted": "", "complete": "1", "look": "1"}
    staff.post(url("import", contacts), data)
    made = ListFile.objects.get()
    columns = reverse("campaigns:contacts:import_columns", args=[contacts.pk, made.pk])
    shown = staff.get(columns)
    form = shown.context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answer = staff.post(columns, {**sent, "home": "CN", "role_1": "tags"})
    assert answer.status_code == 302, answer.context["form"].errors
    contacts.refresh_from_db()
    tagged = Contact.objects.get(number="8613800138000")
    assert (tagged.tags, tagged.variables) == ("|vip|north|", {"place": "x"})
    assert contacts.columns == ["place"]
    assert Contact.objects.get(number="8613900139000").tags == ""


def test_the_page_shows_searches_and_pages(staff: Client) -> None:
    contacts = make_list(60)
    first = staff.get(url("detail", contacts)).content.decode()
    assert "138 0000 0050" in first
    assert "138 0000 0051" not in first
    assert 'rel="next"' in first
    found = staff.get(url("detail", contacts) + "?number=000060&tag=even").content.decode()
    assert "138 0000 0060" in found
    assert "138 0000 0059" not in found


def test_many_are_tagged_those_ticked_or_all_that_fit(staff: Client) -> None:
    contacts = make_list(6)
    one = Contact.objects.get(number=number(1))
    staff.post(url("tag", contacts), {"id": [str(one.pk)], "tags": "VIP"})
    staff.post(url("tag", contacts), {"all": "1", "tag": "even", "tags": "north, VIP"})
    by_tags = dict(Contact.objects.values_list("number", "tags"))
    assert by_tags[number(1)] == "|vip|"
    assert by_tags[number(2)] == "|even|north|vip|"
    assert by_tags[number(3)] == ""
    staff.post(url("untag", contacts), {"all": "1", "tags": "vip"})
    assert not Contact.objects.filter(tags__contains="|vip|").exists()


@pytest.mark.parametrize(
    "sent", [{"tags": "vip"}, {"all": "1", "tags": " , "}, {"all": "1", "number": "5555", "tags": "x"}]
)
def test_without_anybody_or_any_tag_nothing_changes(staff: Client, sent: dict[str, str]) -> None:
    contacts = make_list(2)
    answer = staff.post(url("tag", contacts), sent, follow=True)
    assert "Nobody is chosen" in answer.content.decode() or "at least one tag" in answer.content.decode()
    assert set(Contact.objects.values_list("tags", flat=True)) == {"", "|even|"}


def test_contacts_of_another_list_are_out_of_reach(staff: Client) -> None:
    contacts, other = make_list(2), make_list(2)
    theirs = Contact.objects.filter(contact_list=other).first()
    assert theirs is not None
    staff.post(url("delete", contacts), {"id": [str(theirs.pk)]})
    assert Contact.objects.count() == 4
    staff.post(url("delete", contacts), {"all": "1"})
    assert Contact.objects.filter(contact_list=other).count() == Contact.objects.count() == 2


def test_deleting_needs_its_own_permission(client: Client) -> None:
    contacts = make_list(1)
    client.force_login(make_user("campaigns.view_contactlist", "campaigns.change_contactlist"))
    assert client.post(url("delete", contacts), {"all": "1"}).status_code == 403


def test_the_export_can_be_imported_again_with_values_and_tags(staff: Client) -> None:
    contacts = make_list(3)
    text = b"".join(staff.get(reverse("campaigns:contacts:export", args=[contacts.pk, "csv"]) + "?tag=even")).decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows == [["number", "place", "tags"], [f"'+{number(2)}", "2", "even"]]


def test_a_contact_list_is_chosen_counted_and_taken_in_the_audience_step(
    staff: Client, fake_gateway: FakeGateway
) -> None:
    campaign, contacts = make_campaign(make_account(), recipients=1, running=False), make_list(4)
    page = reverse("campaigns:contacts_take", args=[campaign.pk])
    assert page in staff.get(reverse("campaigns:audience", args=[campaign.pk])).content.decode()
    assert contacts.name in staff.get(page).content.decode()
    count = reverse("campaigns:contacts_count", args=[campaign.pk])
    counted = staff.get(count, {"contact_list": contacts.pk, "having": "even"})
    assert counted.context["reach"].new == 2
    assert "having" in counted.context["form"].fields
    answer = staff.post(page, {"contact_list": contacts.pk}, follow=True)
    campaign.refresh_from_db()
    assert campaign.total == 4
    assert "3 of 4 contacts were added" in answer.content.decode()
    assert contacts.name in answer.content.decode()


def test_a_choice_of_no_list_is_told_and_an_archived_one_not_offered(staff: Client, fake_gateway: FakeGateway) -> None:
    from django.utils import timezone

    campaign = make_campaign(make_account(), recipients=0, running=False)
    page = reverse("campaigns:contacts_take", args=[campaign.pk])
    archived = make_list(2, archived_at=timezone.now())
    assert archived.name not in staff.get(page).content.decode()
    answer = staff.post(page, {"contact_list": archived.pk})
    assert answer.status_code == 200
    assert campaign.recipients.count() == 0


def test_an_audience_is_saved_from_the_campaigns_page(staff: Client, fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "sms", 3)
    page = reverse("campaigns:contacts_save", args=[campaign.pk])
    assert page in staff.get(reverse("campaigns:detail", args=[campaign.pk])).content.decode()
    staff.post(page, {"name": "Kept", "note": ""})
    assert ContactList.objects.get(name="Kept").total == 3
