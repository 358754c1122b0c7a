"""Pages of the suppression list."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaigns.models import Activity, ListFile, Suppression
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]

ALL = tuple(f"campaigns.{verb}_suppression" for verb in ("view", "add", "change", "delete"))
LIST, ADD, EXPORT = "/suppression/", "/suppression/add/", "/suppression/export.csv"
IMPORT = "/suppression/import/both/do_not_call/"


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user(*ALL))
    return client


def add(client: Client, numbers: str, **values: Any) -> Any:
    return client.post(ADD, {"numbers": numbers, "home": "CN", "what": "both", "reason": "opt_out", **values})


def numbers() -> list[str]:
    return sorted(Suppression.objects.values_list("number", flat=True))


def test_numbers_typed_in_any_way_are_added_in_one_form(staff: Client) -> None:
    answer = add(staff, "138 0013-8000\n+62 812 3456 7890；１３８００１３８００１", note="called us")
    assert answer.status_code == 302
    assert numbers() == ["6281234567890", "8613800138000", "8613800138001"]
    entry = Suppression.objects.get(number="8613800138000")
    assert (entry.calls, entry.messages, entry.reason, entry.source) == (True, True, "opt_out", "staff")
    assert entry.note == "called us"
    assert Activity.objects.get(kind="suppressed").user == entry.created_by is not None


def test_one_bad_number_adds_none_and_nothing_typed_is_lost(staff: Client) -> None:
    answer = add(staff, "13800138000, 12ab", note="by phone")
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "12ab" in shown
    assert "13800138000" in shown
    assert "by phone" in shown
    assert numbers() == []


def test_adding_a_known_number_keeps_its_reason_and_forbids_more(staff: Client) -> None:
    Suppression.objects.create(number="8613800138000", calls=False, messages=True, reason="complaint", source="reply")
    add(staff, "13800138000\n13800138001", what="calls", reason="do_not_call")
    entry = Suppression.objects.get(number="8613800138000")
    assert (entry.calls, entry.messages, entry.reason, entry.source) == (True, True, "complaint", "reply")
    other = Suppression.objects.get(number="8613800138001")
    assert (other.calls, other.messages, other.reason) == (True, False, "do_not_call")


def test_the_list_is_searched_by_a_part_or_the_whole_of_a_number_and_filtered(staff: Client) -> None:
    for number, what, reason, source in (
        ("8613800138000", "both", "opt_out", "staff"),
        ("8613900139000", "calls", "complaint", "import"),
        ("6281234567890", "messages", "opt_out", "reply"),
    ):
        flags = {"calls": what != "messages", "messages": what != "calls"}
        Suppression.objects.create(number=number, reason=reason, source=source, **flags)

    def found(query: str) -> list[str]:
        table = staff.get(LIST + query).context["table"]
        return sorted(row.record.number[:5] for row in table.rows)

    assert found("") == ["62812", "86138", "86139"]
    assert found("?number=9001390") == ["86139"]
    assert found("?number=138 0013 8000") == ["86138"]
    assert found("?number=%2B62 812-3456-7890") == ["62812"]
    assert found("?number=abc") == []
    assert found("?what=calls&source=import") == ["86139"]
    assert found("?what=messages&reason=opt_out&source=reply") == ["62812"]
    assert found("?reason=wrong_number") == []


def test_a_number_is_changed_and_taken_off_with_a_line_that_names_who(staff: Client) -> None:
    entry = Suppression.objects.create(number="8613800138000")
    url = reverse("campaigns:suppression:edit", args=[entry.pk])
    assert "138 0013 8000" in staff.get(url).content.decode()
    staff.post(url, {"what": "calls", "reason": "wrong_number", "note": "moved"})
    entry.refresh_from_db()
    assert (entry.calls, entry.messages, entry.reason, entry.note) == (True, False, "wrong_number", "moved")
    staff.post(reverse("campaigns:suppression:remove", args=[entry.pk]))
    assert numbers() == []
    lines = list(Activity.objects.filter(kind="suppressed").order_by("pk"))
    assert ["changed" in lines[0].words, "taken off" in lines[1].words] == [True, True]
    assert all(line.user is not None and "8613800138000" in line.words for line in lines)


def test_each_door_has_its_own_permission(client: Client) -> None:
    entry = Suppression.objects.create(number="8613800138000")
    client.force_login(make_user("campaigns.view_suppression"))
    shown = client.get(LIST).content.decode()
    assert reverse("campaigns:suppression:edit", args=[entry.pk]) not in shown
    assert ADD not in shown
    assert client.get(ADD).status_code == 403
    assert client.get(IMPORT).status_code == 403
    assert client.post(reverse("campaigns:suppression:remove", args=[entry.pk])).status_code == 403


def test_the_export_has_every_row_that_fits_and_no_cell_is_a_formula(staff: Client) -> None:
    Suppression.objects.create(number="8613800138000", note='=HYPERLINK("x")')
    Suppression.objects.create(number="6281234567890", calls=False, reason="complaint")
    text = b"".join(staff.get(EXPORT)).decode()
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row[0] for row in rows[1:]] == ["'+8613800138000", "'+6281234567890"]
    assert rows[1][-1] == '\'=HYPERLINK("x")'
    assert rows[2][1] == "Messages only"
    fitting = b"".join(staff.get(EXPORT + "?reason=complaint")).decode()
    assert fitting.count("\r\n") == 2


def bring(client: Client, text: str, url: str = IMPORT) -> Any:
    file = SimpleUploadedFile("numbers.csv", text.encode())
    return client.post(url, {"file": file, "home": "CN", "pasted": "", "complete": "1"}, follow=True)


def test_a_file_is_imported_and_its_rows_add_up(staff: Client) -> None:
    Suppression.objects.create(number="8613800138001", calls=False, reason="complaint")
    bring(staff, "手机号,note\n13800138000,a\n13800138001,b\n138 0013 8000,c\nabc,d\n+62 812 3456 7890,e\n")
    made = ListFile.objects.get()
    assert made.state == "done"
    assert (made.rows, made.good, made.bad, made.duplicates, made.known) == (5, 2, 1, 1, 1)
    entry = Suppression.objects.get(number="6281234567890")
    assert (entry.reason, entry.source, entry.list_file, entry.row) == ("do_not_call", "import", made, 6)
    assert entry.created_by == made.created_by is not None
    widened = Suppression.objects.get(number="8613800138001")
    assert (widened.calls, widened.messages, widened.reason) == (True, True, "complaint")


def test_what_was_exported_can_be_imported_again(staff: Client) -> None:
    add(staff, "13800138000\n+62 812 3456 7890")
    text = b"".join(staff.get(EXPORT)).decode()
    Suppression.objects.all().delete()
    bring(staff, text)
    assert numbers() == ["6281234567890", "8613800138000"]


def test_a_file_may_forbid_messages_only_and_be_taken_back(staff: Client) -> None:
    bring(staff, "number\n13800138000\n", "/suppression/import/messages/opt_out/")
    entry = Suppression.objects.get()
    assert (entry.calls, entry.messages) == (False, True)
    made = ListFile.objects.get()
    staff.post(f"/suppression/import/messages/opt_out/lists/{made.pk}/remove/")
    assert numbers() == []
    line = Activity.objects.filter(kind="suppressed").latest("pk")
    assert line.user is not None
    assert "taken off" in line.words


@pytest.mark.parametrize("url", ["/suppression/import/all/opt_out/", "/suppression/import/both/rude/"])
def test_an_address_of_no_meaning_is_no_page(staff: Client, url: str) -> None:
    assert staff.get(url).status_code == 404
