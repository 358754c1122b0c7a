"""A process writes what leaves into files of its own."""

import errno
import os
import threading
from pathlib import Path

import pytest

from campaigns.sending.departures import journal
from campaigns.sending.departures.journal import Journal
from campaigns.sending.departures.lines import ENDED

LINE = b"1\tabc-1-1-0\t1\t1-3\t2026-05-01T09:00:00+00:00\t.\n"


def written(folder: Path) -> list[bytes]:
    """What stands in each file after its head."""
    return [path.read_bytes().partition(b"\n")[2] for path in sorted(folder.iterdir())]


def test_a_line_is_there_at_once_and_at_the_end_it_is_said_that_nothing_is_missing(tmp_path: Path) -> None:
    own = Journal(tmp_path / "a" / "b", "key")
    own.append(LINE)
    assert written(tmp_path / "a" / "b") == [LINE]
    own.close()
    assert written(tmp_path / "a" / "b") == [LINE + ENDED.encode()]


def test_what_was_written_is_synced_soon_and_not_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced, by = threading.Event(), []
    monkeypatch.setattr(journal.os, "fdatasync", lambda file: (by.append(threading.current_thread()), synced.set()))
    Journal(tmp_path, "key").append(LINE)
    assert synced.wait(10)
    assert threading.current_thread() not in by


def test_a_half_written_line_goes_and_the_next_goes_into_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Journal(tmp_path, "key")
    own.append(LINE)
    real = os.write
    monkeypatch.setattr(journal.os, "write", lambda file, lines: real(file, lines[:10]))
    with pytest.raises(OSError, match="space"):
        own.append(LINE)
    monkeypatch.undo()
    own.append(LINE)
    assert sorted(written(tmp_path)) == [LINE, LINE]


def test_a_disk_that_does_not_take_what_was_written_is_told_to_the_next_who_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, tried = Journal(tmp_path, "key"), threading.Event()

    def fail(file: int) -> None:
        tried.set()
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(journal.os, "fdatasync", fail)
    own.append(LINE)
    assert tried.wait(10)
    monkeypatch.setattr(journal.os, "fdatasync", lambda file: None)
    with pytest.raises(OSError, match="Input"):
        for _ in range(1000):
            own.append(LINE)
            threading.Event().wait(0.01)
    own.append(LINE)


@pytest.mark.parametrize("how", ["size", "removed"])
def test_a_file_that_is_full_or_gone_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    own = Journal(tmp_path, "key")
    own.append(LINE)
    if how == "size":
        monkeypatch.setattr(journal, "SEGMENT_BYTES", 10)
    else:
        next(tmp_path.iterdir()).unlink()
    own.append(LINE)
    assert written(tmp_path)[-1].startswith(LINE) or LINE in written(tmp_path)
    assert len(written(tmp_path)) == (2 if how == "size" else 1)
