"""Whoever asked for an export hears that it is over, wherever they are signed in, once, and nobody else does."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.exports import keeping
from campaigns.models import Export
from tests.factories import FakeGateway, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
NOTICE, PAGE = "/exports/notice/", "/campaigns/"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "EXPORTS_FOLDER", tmp_path / "exports")
    return tmp_path / "exports"


@pytest.fixture
def user(fake_gateway: FakeGateway) -> User:
    return make_user("campaigns.view_campaign")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def over(user: User, state: str = "ready") -> Export:
    export = Export.objects.create(user=user, listing="campaigns", format="csv", state=state, seen=False)
    (keeping.folder() / export.file).write_text("x")
    return export


def has_notice(client: Client) -> bool:
    return "exports-notice" in client.get(PAGE).content.decode()


def told(client: Client, query: str = "") -> str:
    return client.get(NOTICE + query).content.decode()


def test_every_session_of_its_owner_is_told_once(user: User) -> None:
    one, other = signed_in(user), signed_in(user)
    assert not has_notice(one)
    over(user)
    for client in (one, other):
        assert has_notice(client)
        text = told(client)
        assert "Your export is ready." in text
        assert "hx-get" not in text
        assert not has_notice(client)
        assert "Your export is ready." not in told(client)
    assert has_notice(signed_in(user))


def test_nobody_else_is_told(user: User) -> None:
    over(user)
    stranger = signed_in(make_user("campaigns.view_campaign"))
    assert not has_notice(stranger)
    assert "ready" not in told(stranger)


@pytest.mark.parametrize("look", ["/exports/", "/exports/rows/", "/exports/{}/file/"])
def test_what_its_owner_has_looked_at_anywhere_is_told_nowhere(user: User, look: str) -> None:
    one, other = signed_in(user), signed_in(user)
    export = over(user)
    answer = one.get(look.format(export.pk))
    assert answer.status_code == 200
    assert b"".join(answer)
    assert not has_notice(other)


def test_what_is_still_written_is_not_told_of_and_asked_for_only_where_it_was_asked(user: User) -> None:
    export = over(user, "writing")
    one, other = signed_in(user), signed_in(user)
    session = one.session
    session["exports"] = [export.pk]
    session.save()
    assert has_notice(one)
    assert "hx-get" in told(one)
    assert not has_notice(other)
    assert "hx-get" not in told(other)


def test_what_is_shown_stays_while_the_page_asks_for_another(user: User) -> None:
    client = signed_in(user)
    ready, writing = over(user), over(user, "writing")
    session = client.session
    session["exports"] = [ready.pk, writing.pk]
    session.save()
    text = told(client)
    again = f"?shown={ready.pk}"
    assert f'hx-get="{NOTICE}{again}"' in text
    assert "Your export is ready." in told(client, again)
    assert "Your export is ready." not in told(client)


@pytest.mark.parametrize(
    ("state", "words"), [("failed", "Your export failed."), ("removed", "Your export was removed.")]
)
def test_what_failed_or_was_removed_is_told_as_well(user: User, state: str, words: str) -> None:
    over(user, state)
    assert words in told(signed_in(user))


def test_a_page_asks_one_question_for_it_which_an_index_answers(user: User) -> None:
    Export.objects.bulk_create(Export(user=user, listing="campaigns", format="csv", state="ready") for _ in range(3000))
    over(user)
    client = signed_in(user)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as captured:
        client.get(PAGE)
    (asked,) = (query["sql"] for query in captured.captured_queries if "campaigns_export" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + asked)
        assert "export_unseen" in str(cursor.fetchall())
