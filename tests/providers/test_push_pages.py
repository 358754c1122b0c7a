"""Pages about pushes."""

import re

import pytest
from django.urls import reverse

from providers.models import InboundPush
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
    with django_assert_max_num_queries(7) as queries:
        staff.get(reverse("providers:pushes:list"))
    selects = [query["sql"] for query in queries.captured_queries if "providers_inboundpush" in query["sql"]]
    # The body stands only inside of functions that take its length or its beginning.
    assert selects
    assert not any(re.search(r'(?<!\()"providers_inboundpush"."body"', sql) for sql in selects)
