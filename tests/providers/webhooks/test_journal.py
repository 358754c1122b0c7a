"""The journal of the door: what is acknowledged is on the disk."""

import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from providers.webhooks import journal as journals
from providers.webhooks.entries import Damaged, Entry, decode, encode
from providers.webhooks.journal import Full, Journal, NotKept

MUCH = 1 << 30


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    made = Journal(tmp_path / "pushes", MUCH)
    yield made
    made.close()


def lines(journal: Journal) -> list[bytes]:
    return [line for path in sorted(journal.folder.glob("*.pushes")) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("body", [b"", b"id=1\n\nid=2", bytes(range(256)), "互联".encode()])
def test_an_entry_comes_back_as_it_was_written(body: bytes) -> None:
    entry = Entry(1, 2, "voice", 'text/plain; "x"', body, 1_700_000_000.123456, True)
    line = encode(entry)
    assert line.count(b"\n") == 1
    assert decode(line.rstrip(b"\n")) == entry


@pytest.mark.parametrize(
    "change", [lambda line: line[:-2], lambda line: line[:20] + b"x" + line[21:], lambda line: b""]
)
def test_a_line_that_is_not_what_was_written_is_refused(change) -> None:
    line = encode(Entry(1, 2, "voice", "", b"id=1", 0.0)).rstrip(b"\n")
    with pytest.raises(Damaged):
        decode(change(line))


def test_lines_that_come_at_once_are_all_on_the_disk_when_their_writers_go_on(journal: Journal) -> None:
    def one(number: int) -> bool:
        line = b"line %d" % number
        journal.append(line + b"\n")
        return line in lines(journal)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(one, range(300)))
    assert sorted(lines(journal)) == sorted(b"line %d" % number for number in range(300))


def test_those_who_come_at_once_share_one_write(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    begin, writes = threading.Event(), []
    real = journals._write

    def slow(file: int, block: bytes) -> None:
        begin.wait(10)
        writes.append(block.count(b"\n"))
        real(file, block)

    monkeypatch.setattr(journals, "_write", slow)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(journal.append, b"x\n") for _ in range(8)]
        while len(journal._waiting) < 7:
            pass
        begin.set()
        for one in waiting:
            one.result(10)
    assert writes == [1, 7]


def test_only_the_owner_of_the_files_may_read_them(journal: Journal) -> None:
    journal.append(b"secret\n")
    (path,) = journal.folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert journal.folder.stat().st_mode & 0o777 == 0o700


def test_more_than_may_wait_is_refused_and_taken_again_once_something_has_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path, 20)
    journal.append(b"123456789\n")
    journal.append(b"123456789\n")
    with pytest.raises(Full):
        journal.append(b"x\n")
    segment, found = journal.undrained(100) or pytest.fail("nothing waits")
    journal.drained(segment, len(found))
    journal.append(b"x\n")
    assert lines(journal) == [b"x"]
    journal.close()


@pytest.mark.parametrize("fails", ["write", "fdatasync"])
def test_what_the_disk_did_not_take_is_not_kept_and_spoils_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    journal.append(b"before\n")
    real = os.write

    def half(file: int, block: memoryview) -> int:
        real(file, block[: len(block) // 2])
        raise OSError(28, "No space left on device")

    def away(file: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(os, fails, half if fails == "write" else away)
        with pytest.raises(NotKept):
            journal.append(b"lost half way\n")
    journal.append(b"after\n")
    assert lines(journal) == [b"before", b"after"]


def test_a_file_of_which_nobody_knows_what_it_holds_is_written_no_more(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither can the half line be cut off, nor a new file be begun: the next line must not stand behind it."""
    journal.append(b"before\n")
    real = os.write

    def half(file: int, block: memoryview) -> int:
        real(file, block[: len(block) // 2])
        raise OSError(5, "Input/output error")

    def fails(*told: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(os, "write", half)
        failing.setattr(os, "ftruncate", fails)
        failing.setattr(journals, "_begin", fails)
        with pytest.raises(NotKept):
            journal.append(b"lost half way\n")
    journal.append(b"after\n")
    seen = b""
    while found := journal.undrained(1000):
        segment, block = found
        seen += block
        journal.drained(segment, len(block))
    assert seen == b"before\nafter\n"


def test_what_comes_after_somebody_has_removed_the_files_has_a_file_of_its_own(journal: Journal) -> None:
    journal.append(b"before\n")
    shutil.rmtree(journal.folder)
    journal.append(b"after\n")
    assert lines(journal) == [b"after"]
    seen = b""
    while found := journal.undrained(1000):
        segment, block = found
        seen += block
        journal.drained(segment, len(block))
    assert seen == b"before\nafter\n"
    journal.append(b"more\n")
    assert lines(journal) == [b"more"]


def test_a_folder_that_cannot_be_written_is_no_acknowledgement(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(NotKept):
        Journal(tmp_path / "taken", MUCH).append(b"x\n")


def test_what_is_in_the_database_leaves_the_disk(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "SEGMENT_BYTES", 10)
    for number in range(5):
        journal.append(b"number %d\n" % number)
    assert len(list(journal.folder.iterdir())) > 1
    seen = b""
    while found := journal.undrained(100):
        segment, block = found
        seen += block
        journal.append(b"late\n") if b"4" in block else None
        journal.drained(segment, len(block))
    assert seen == b"".join(b"number %d\n" % number for number in range(5)) + b"late\n"
    assert journal.waiting_bytes() == 0
    assert sum(path.stat().st_size for path in journal.folder.iterdir()) == 0


def test_only_whole_lines_are_read_however_long_they_are(journal: Journal) -> None:
    for line in (b"a" * 1000 + b"\n", b"b" * 1000 + b"\n", b"c\n"):
        journal.append(line)
    seen = []
    while found := journal.undrained(10):
        segment, block = found
        assert block.endswith(b"\n")
        seen += block.splitlines()
        journal.drained(segment, len(block))
    assert seen == [b"a" * 1000, b"b" * 1000, b"c"]
