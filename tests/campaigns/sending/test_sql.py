"""Statements that go to the database together."""

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from campaigns.models import Gate, Suppression
from notifyadmin.db.sql import fetch, fetch_each, forget_plans, rows
from notifyadmin.db.statement import Statement
from tests.factories import make_account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

ONE = Statement("SELECT failures FROM campaigns_gate WHERE account_id = %s", [1])


def test_each_statement_is_answered_in_its_place() -> None:
    account = make_account()
    source, parameter = rows({"id": "bigint", "word": "text"}, [(7, "七"), (8, "100 %")])
    told = Statement("UPDATE campaigns_gate SET failures = failures + 1 WHERE account_id = %s", [account.pk])
    asked = Statement("SELECT failures FROM campaigns_gate WHERE account_id = %s", [account.pk])
    Gate.objects.get_or_create(account=account, defaults={"failures": 0})
    with transaction.atomic():
        found = fetch_each([Statement(f"SELECT v.id, v.word FROM {source}", [parameter]), None, told, asked])  # noqa: S608
    assert found == [[(7, "七"), (8, "100 %")], [], [], [(1,)]]
    assert fetch_each([]) == [] and fetch_each([None]) == [[]]


def test_what_fails_is_a_database_error_like_any_other_and_undoes_what_went_with_it() -> None:
    account = make_account()
    Gate.objects.get_or_create(account=account)
    told = Statement("UPDATE campaigns_gate SET failures = 9 WHERE account_id = %s", [account.pk])
    twice = Statement(
        "INSERT INTO campaigns_numberuse (account_id, number, recent, used_at) "
        "SELECT account_id, NULL, '[]', NULL FROM campaigns_gate WHERE account_id = %s",
        [account.pk],
    )
    with pytest.raises((IntegrityError, OperationalError, DataError)), transaction.atomic():
        fetch_each([told, twice, told])
    assert fetch("SELECT failures FROM campaigns_gate WHERE account_id = %s", [account.pk]) == [(0,)]


def test_every_statement_is_seen_by_whoever_counts_them(django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        fetch_each([ONE, None, ONE])


def test_nothing_is_prepared_behind_a_pooler(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        assert fetch_each([ONE]) == [[]]
        return
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%campaigns_gate%%'"
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    fetch_each([ONE, ONE])
    assert fetch(prepared, []) == [(0,)]
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", False)
    fetch_each([ONE, ONE])
    assert fetch(prepared, []) == [(1,)]
    forget_plans()
    assert fetch_each([ONE, ONE]) == [[], []]


def test_what_was_planned_for_an_empty_table_is_planned_anew_when_it_is_full() -> None:
    if connection.vendor != "postgresql":
        return
    connection.close()
    numbers = [(f"86138{place:08}",) for place in range(20_000)]
    source, parameter = rows({"number": "text"}, numbers[:4])
    asked = Statement(f"SELECT s.id FROM campaigns_suppression s JOIN {source} ON v.number = s.number", [parameter])  # noqa: S608
    for _ in range(10):
        assert fetch_each([asked]) == [[]]
    Suppression.objects.bulk_create(Suppression(number=number, calls=True, messages=True) for (number,) in numbers)
    for _ in range(10):
        assert len(fetch_each([asked])[0]) == 4
    ((name,),) = fetch("SELECT name FROM pg_prepared_statements WHERE statement LIKE '%%campaigns_suppression%%'", [])
    plan = "\n".join(line for (line,) in fetch(f'EXPLAIN EXECUTE "{name}" (%s)', [parameter]))
    assert "Index" in plan and "Seq Scan" not in plan
