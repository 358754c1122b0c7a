"""Pages about pushes."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from providers.models import InboundPush
from providers.webhooks.entries import Entry, encode
from tests.factories import make_account, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def push(body, **values):
    return InboundPush.objects.create(account=make_account(), door="receipts", body=body, **values)


def test_a_body_is_shown_as_text_whatever_it_is(staff):
    for body in (b"<script>alert(1)</script>", b"\xff\x00\xfe", b"", "成功".encode()):
        page = staff.get(reverse("providers:pushes:detail", args=[push(body).pk]))
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
    assert "成功" in page.content.decode()


def test_only_the_beginning_of_a_large_body_is_shown(staff):
    page = staff.get(reverse("providers:pushes:detail", args=[push(b"a" * 70_000 + b"END").pk])).content.decode()
    assert "END" not in page
    assert "Only the beginning is shown" in page


def test_the_list_shows_the_first_line_and_the_problem(staff):
    push(b"first line\nsecond line", state="unreadable", problem="This body cannot be read.")
    page = staff.get(reverse("providers:pushes:list")).content.decode()
    assert "first line" in page
    assert "second line" not in page
    assert "This body cannot be read." in page


def test_the_list_never_loads_whole_bodies(staff, django_assert_max_num_queries):
    for _ in range(5):
        push(b"x" * 100_000)
    with django_assert_max_num_queries(8) as queries:
        staff.get(reverse("providers:pushes:list"))
    selects = [query["sql"] for query in queries.captured_queries if "providers_inboundpush" in query["sql"]]
    # The body stands only inside of functions that take its length or its beginning.
    assert selects
    assert not any(re.search(r'(?<!\()"providers_inboundpush"."body"', sql) for sql in selects)


def test_a_body_that_is_no_text_is_shown_byte_for_byte(staff):
    page = staff.get(reverse("providers:pushes:detail", args=[push(b"id=1\xff\x1b[2J" + b"x" * 9).pk])).content.decode()
    assert "69 64 3d 31 ff 1b 5b 32 4a" in page
    assert "\x1b" not in page
    text = staff.get(reverse("providers:pushes:detail", args=[push("id=1&words=已接听".encode()).pk])).content.decode()
    assert "Byte for byte" not in text


def test_signs_that_turn_text_around_are_made_visible(staff):
    page = staff.get(reverse("providers:pushes:detail", args=[push("id=1\u202e2".encode()).pk])).content.decode()
    assert "\u202e" not in page
    assert "id=1�2" in page


def test_the_list_is_narrowed_to_what_could_not_be_read(staff):
    push(b"good one", state="applied")
    push(b"bad one", state="unreadable", problem="This body cannot be read.")
    page = staff.get(reverse("providers:pushes:list"), {"state": "unreadable"}).content.decode()
    assert "bad one" in page
    assert "This body cannot be read." in page
    assert "good one" not in page


def waiting_file(folder, came_at, pushes):
    folder.mkdir(exist_ok=True)
    entries = [Entry(1, 1, "receipts", "", b"1", came_at.timestamp()) for _ in range(pushes)]
    (folder / f"{came_at:%H%M%S}.pushes").write_bytes(b"".join(map(encode, entries)))


def test_the_list_says_how_many_pushes_wait_for_the_database_and_since_when(staff, settings, tmp_path):
    settings.PUSH_FOLDER = tmp_path / "pushes"
    waiting_file(settings.PUSH_FOLDER, timezone.now(), 5)
    assert "for the database" not in staff.get(reverse("providers:pushes:list")).content.decode()
    since = timezone.now() - timedelta(minutes=3)
    waiting_file(settings.PUSH_FOLDER, since, 3)
    page = staff.get(reverse("providers:pushes:list")).content.decode()
    assert "3 pushes wait for the database." in page
    assert timezone.localtime(since).strftime("%H:%M:%S") in page


def test_the_list_names_the_files_of_what_could_not_be_stored(staff, settings, tmp_path):
    settings.PUSH_FOLDER = tmp_path
    (tmp_path / "1-a.pushes.refused").write_text("x")
    page = staff.get(reverse("providers:pushes:list")).content.decode()
    assert "1-a.pushes.refused" in page
    assert "Some pushes could not be stored." in page
