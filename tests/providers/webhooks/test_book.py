"""Which tokens are right, also while the database is away."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import OperationalError

from providers.webhooks import book as books
from providers.webhooks.book import Book, CannotTell, Known

FIRST, SECOND = Known(1, 10, "one"), Known(2, 20, "two")


class Database:
    """What the book reads from: its addresses, and how it fails."""

    def __init__(self) -> None:
        self.addresses = {"first": FIRST}
        self.fails: Callable[[], None] = lambda: None
        self.asked = 0

    def __call__(self) -> dict[str, Known]:
        self.asked += 1
        self.fails()
        return dict(self.addresses)


def refuse() -> None:
    raise OperationalError("connection refused")


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.fails = lambda: None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pushes" / "addresses.json"


@pytest.fixture
def book(file: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setattr(books, "RETRY_SECONDS", 0.02)
    monkeypatch.setattr(books, "_disconnect", lambda: None)
    return Book(file, database)


def test_a_right_token_is_found_and_a_wrong_one_is_not(book: Book) -> None:
    assert book.find("first") == FIRST
    assert book.find("second") is None


def test_an_address_that_was_just_made_is_found_at_once(book: Book, database: Database) -> None:
    assert book.find("second") is None
    database.addresses["second"] = SECOND
    assert book.find("second") == SECOND


def test_many_pushes_ask_the_database_once(book: Book, database: Database) -> None:
    for _ in range(1000):
        book.find("first")
    assert database.asked == 1


def test_a_closed_address_is_refused_once_the_database_was_asked_again(
    book: Book, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert book.find("first") == FIRST
    database.addresses.clear()
    monkeypatch.setattr(books, "FRESH_SECONDS", 0)
    monkeypatch.setattr(books, "STALE_SECONDS", 0)
    assert book.find("first") is None


def test_while_the_database_is_away_known_tokens_are_right_and_unknown_ones_undecided(
    book: Book, database: Database
) -> None:
    assert book.find("first") == FIRST
    database.fails = refuse
    book.doubt()
    assert book.find("first") == FIRST
    with pytest.raises(CannotTell):
        book.find("second")


def test_a_process_that_starts_while_the_database_is_away_knows_what_another_wrote(
    book: Book, file: Path, database: Database
) -> None:
    book.find("first")
    written(file)
    database.fails = refuse
    late = Book(file, database)
    assert late.find("first") == FIRST
    with pytest.raises(CannotTell):
        late.find("second")


def written(file: Path) -> None:
    deadline = time.monotonic() + 5
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.01)


def test_the_file_holds_digests_and_only_its_owner_may_read_it(book: Book, file: Path) -> None:
    book.find("first")
    written(file)
    assert list(json.loads(file.read_text())) == ["first"]
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "{", "[]", '{"first": 3}', '{"first": [1]}'])
def test_a_spoilt_file_is_as_good_as_none(file: Path, database: Database, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)
    assert Book(file, database).find("first") == FIRST


def test_a_database_that_hangs_holds_nobody_up_for_long(book: Book, database: Database) -> None:
    assert book.find("first") == FIRST
    goes_on = threading.Event()
    database.fails = lambda: goes_on.wait(20) and None
    book.doubt()
    begun = time.monotonic()
    assert book.find("first") == FIRST
    for _ in range(50):
        assert book.find("first") == FIRST
        with pytest.raises(CannotTell):
            book.find("second")
    assert time.monotonic() - begun < books.LONGEST_SECONDS + 1
    goes_on.set()


def test_when_the_database_is_back_everything_is_decided_again(book: Book, database: Database) -> None:
    database.fails = refuse
    with pytest.raises(CannotTell):
        book.find("first")
    database.fails = lambda: None
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            assert book.find("nothing") is None
            break
        except CannotTell:
            time.sleep(0.01)
    assert book.find("first") == FIRST


def test_an_address_closes_at_its_time_without_asking_anybody(file: Path, database: Database) -> None:
    database.addresses = {"soon": Known(1, 1, "one", time.time() + 0.2), "later": Known(2, 1, "one", time.time() + 60)}
    book = Book(file, database)
    assert book.find("soon") is not None
    time.sleep(0.25)
    assert book.find("soon") is None
    assert book.find("later") is not None
    assert database.asked == 1
