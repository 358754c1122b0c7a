"""A confirmed commit is on the disk, whatever the server's, the database's or the role's default is."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection, transaction

from notifyadmin.db.postgresql import durability
from providers.models import InboundPush
from tests.factories import make_account

pytestmark = [pytest.mark.only_on("postgresql"), pytest.mark.stores, pytest.mark.django_db(transaction=True)]

SHOW = "SELECT current_setting('synchronous_commit')"


@pytest.fixture(autouse=True)
def defaults_as_they_were() -> Iterator[None]:
    connection.close()
    yield
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("ALTER ROLE CURRENT_USER RESET synchronous_commit")
    connection.close()


def value(sql: str = SHOW, parameters: Any = None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return str(cursor.fetchone()[0])


def default_is(setting: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER ROLE CURRENT_USER SET synchronous_commit = '{setting}'")
    connection.close()


@pytest.mark.parametrize(
    ("default", "ours"),
    [("off", "on"), ("local", "on"), ("remote_write", "on"), ("on", "on"), ("remote_apply", "remote_apply")],
)
def test_a_connection_is_as_durable_as_on_and_a_stronger_default_stays(default: str, ours: str) -> None:
    default_is(default)
    assert value() == ours
    with transaction.atomic():
        assert value() == ours


def test_a_server_that_reads_its_configuration_again_changes_nothing_in_mid_session() -> None:
    assert value() == "on"
    assert value("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'") == "session"


def handed_on() -> None:
    """As behind a pooler: what another transaction was told is not known to the server process of this one."""
    connection.ensure_connection()
    connection.is_handed_on = connection.connection.is_handed_on = True
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def test_behind_a_pooler_each_transaction_is_told_and_leaves_nothing_behind() -> None:
    handed_on()
    with transaction.atomic():
        assert value() == "on"
        with transaction.atomic():
            assert value() == "on"
    assert value() == "off"


def test_behind_a_pooler_a_single_statement_that_writes_is_durable_as_well() -> None:
    account = make_account()
    handed_on()
    written = "UPDATE providers_account SET name = current_setting('synchronous_commit') WHERE id = %s RETURNING name"
    assert value(written, [account.pk]) == "on"
    account.refresh_from_db()
    assert account.name == "on"
    assert value() == "off"


def test_behind_a_pooler_the_models_work_as_ever() -> None:
    handed_on()
    account = make_account()
    InboundPush.objects.bulk_create([InboundPush(account=account, door="receipts", body=b"x") for _ in range(3)])
    assert InboundPush.objects.filter(account=account).update(problem="none") == 3
    assert InboundPush.objects.filter(problem="none").delete()[0] == 3


def test_a_transaction_that_cannot_be_told_leaves_no_connection_that_is_half_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handed_on()
    monkeypatch.setattr(durability, "IN_TRANSACTION", "SELECT broken")
    with pytest.raises(Exception, match="broken"), transaction.atomic():
        pass
    monkeypatch.undo()
    with transaction.atomic():
        assert value() == "on"


def test_a_pooler_is_known_by_its_own_numbers_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    assert not connection.is_handed_on
    connection.close()
    monkeypatch.setattr(durability, "BEGIN", durability.BEGIN.replace("pg_backend_pid()", "pg_backend_pid() + 1"))
    connection.ensure_connection()
    assert connection.is_handed_on


def test_whoever_declares_a_pooler_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    connection.ensure_connection()
    assert connection.is_handed_on


@pytest.mark.parametrize("off", ["fsync", "full_page_writes"])
def test_a_server_that_does_not_write_to_its_disk_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, off: str
) -> None:
    monkeypatch.setattr(durability, "_told", set())
    monkeypatch.setattr(durability, "BEGIN", durability.BEGIN.replace(f"current_setting('{off}')", "'off'"))
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            connection.ensure_connection()
            connection.close()
    assert [message.count(f"{off}=off") for message in caplog.messages] == [1]


def test_the_check_of_the_database_says_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_checks(tags=[Tags.database], databases=["default"]) == []
    monkeypatch.setattr(durability, "what_is_off", lambda values: ["fsync", "full_page_writes"])
    (message,) = run_checks(tags=[Tags.database], databases=["default"])
    assert "fsync=off and full_page_writes=off" in message.msg
    assert message.id == "notifyadmin.W001"
