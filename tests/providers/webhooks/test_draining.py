"""From the journal into the database: once each, whatever happens in between."""

import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import OperationalError, transaction

from providers.accounts import pushaddresses
from providers.models import Account, InboundPush
from providers.webhooks import draining, uses
from providers.webhooks.entries import Entry, encode
from providers.webhooks.journal import Journal

pytestmark = pytest.mark.stores

AT = datetime(2026, 5, 1, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pushes"


@pytest.fixture
def journal(folder: Path) -> Journal:
    return Journal(folder, 1 << 30)


def entry(account: Account, number: int, **values) -> Entry:
    return Entry(1, account.pk, "receipts", "text/plain", b"id%d" % number, AT.timestamp(), **values)


def fill(journal: Journal, account: Account, pushes: int) -> None:
    for number in range(pushes):
        journal.append(encode(entry(account, number)))


def bodies() -> list[bytes]:
    return sorted(bytes(body) for body in InboundPush.objects.values_list("body", flat=True))


def expected(pushes: int) -> list[bytes]:
    return sorted(b"id%d" % number for number in range(pushes))


def test_a_push_is_stored_with_the_time_at_which_it_came(journal: Journal, account: Account) -> None:
    fill(journal, account, 1)
    assert draining.drain(journal) == 1
    row = InboundPush.objects.get()
    assert (row.account, row.door, row.content_type, row.received_at, row.state) == (
        account,
        "receipts",
        "text/plain",
        AT,
        "new",
    )


def test_what_is_drained_a_second_time_is_stored_once(
    journal: Journal, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies after the commit and before the lines leave the file."""
    fill(journal, account, 20)
    with monkeypatch.context() as dying:
        dying.setattr(journal, "drained", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            draining.drain(journal)
    assert bodies() == expected(20)
    left_behind = journal.folder
    journal.append(encode(entry(account, 20)))
    let_go(journal)
    assert draining.take_over(left_behind) == 21
    assert bodies() == expected(21)
    assert list(left_behind.iterdir()) == []


def let_go(journal: Journal) -> None:
    """What the end of a process does to its files."""
    import os

    for segment in journal._segments:
        os.close(segment.file)


def test_what_a_living_process_holds_is_left_to_it(journal: Journal, account: Account) -> None:
    fill(journal, account, 3)
    assert draining.take_over(journal.folder) == 0
    assert draining.drain(journal) == 3


def test_a_half_line_at_the_end_was_never_acknowledged_and_hinders_nothing(journal: Journal, account: Account) -> None:
    fill(journal, account, 3)
    (path,) = journal.folder.iterdir()
    let_go(journal)
    with path.open("ab") as file:
        file.write(encode(entry(account, 3))[:-30])
    assert draining.take_over(journal.folder) == 3
    assert bodies() == expected(3)
    assert list(journal.folder.iterdir()) == []


def test_a_damaged_line_is_set_aside_and_the_others_are_stored(journal: Journal, account: Account) -> None:
    fill(journal, account, 3)
    (path,) = journal.folder.iterdir()
    let_go(journal)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b'"receipts"', b'"receXpts"') + lines[2])
    assert draining.take_over(journal.folder) == 2
    (kept,) = journal.folder.iterdir()
    assert kept.name.endswith(".damaged")
    assert b"receXpts" in kept.read_bytes()


def test_a_push_whose_account_is_gone_is_set_aside_and_the_others_are_stored(
    journal: Journal, account: Account, folder: Path
) -> None:
    gone = Account(pk=account.pk + 1000)
    for number in range(4):
        journal.append(encode(entry(gone if number == 2 else account, number)))
    draining.drain(journal)
    assert bodies() == [b"id0", b"id1", b"id3"]
    assert [path.name for path in folder.iterdir() if path.suffix == ".refused"]
    assert journal.waiting_bytes() == 0


def test_a_push_that_no_database_can_write_is_set_aside_and_holds_up_no_other(
    journal: Journal, account: Account, folder: Path
) -> None:
    for number in range(3):
        told = entry(account, number)
        journal.append(encode(replace(told, content_type="\ud800") if number == 1 else told))
    draining.drain(journal)
    assert b"id0" in bodies() and b"id2" in bodies()
    assert journal.waiting_bytes() == 0


def test_an_error_of_the_database_loses_nothing(
    journal: Journal, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(journal, account, 3)

    def locked(entries):
        raise OperationalError("database is locked")

    with monkeypatch.context() as away:
        away.setattr(draining, "_insert", locked)
        with pytest.raises(OperationalError):
            draining.drain(journal)
    assert journal.waiting_bytes() > 0
    draining.drain(journal)
    assert bodies() == expected(3)


def test_two_that_take_over_at_once_store_everything_once(journal: Journal, account: Account) -> None:
    from django.db import connection

    fill(journal, account, 200)
    let_go(journal)
    taken = []

    def work() -> None:
        try:
            taken.append(draining.take_over(journal.folder))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(taken) == [0, 0, 200]
    assert bodies() == expected(200)


def test_the_last_use_of_an_address_is_kept_in_the_same_step(journal: Journal, account: Account, door: None) -> None:
    address = pushaddresses.issue(account).address
    journal.append(encode(Entry(address.pk, account.pk, "receipts", "", b"", AT.timestamp())))
    draining.drain(journal)
    address.refresh_from_db()
    assert address.used_at == AT


def test_a_use_that_was_not_stored_after_all_is_written_with_the_next_try(
    journal: Journal, account: Account, door: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = pushaddresses.issue(account).address
    journal.append(encode(Entry(address.pk, account.pk, "receipts", "", b"", AT.timestamp())))
    real = draining.uses.note

    def breaks_off(entries: object) -> None:
        real(entries)  # type: ignore[arg-type]
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as away:
        away.setattr(draining.uses, "note", breaks_off)
        with pytest.raises(OperationalError):
            draining.drain(journal)
    draining.drain(journal)
    address.refresh_from_db()
    assert address.used_at == AT


def test_uses_of_many_addresses_are_written_in_one_order_so_that_two_processes_do_not_wait_for_each_other(
    account: Account, door: None, django_assert_num_queries
) -> None:
    made = [pushaddresses.issue(account).address.pk for _ in range(4)]
    entries = [
        Entry(pk, account.pk, "receipts", "", b"", AT.timestamp()) for pk in (made[2], made[0], made[3], made[1])
    ]
    with transaction.atomic(), django_assert_num_queries(4) as asked:
        uses.note(entries)
    told = [next(pk for pk in made if f'"id" = {pk}' in query["sql"]) for query in asked.captured_queries]
    assert told == made
