"""The embedded database is in WAL mode with synchronous FULL: the fact, not the intention."""

import logging
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from notifyadmin.db import writeahead
from tests import prepared

PROJECT = Path(__file__).resolve().parents[2]
ALONE = [sys.executable, "manage.py"]


@pytest.fixture(autouse=True)
def nothing_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writeahead, "_given_up", set())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of an installation that was made before: in the mode that SQLite gives by itself."""
    path = tmp_path / prepared.NAME
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE people (number TEXT)")
    raw.close()
    assert mode_in(path) == "delete"
    return path


def mode_in(path: Path) -> str:
    """By the header of the file, which every other process goes by."""
    return "wal" if path.read_bytes()[18:20] == b"\x02\x02" else "delete"


def ensure(path: Path) -> str:
    raw = sqlite3.connect(path, timeout=30)
    try:
        writeahead.ensure(raw, str(path))
        assert raw.execute("PRAGMA busy_timeout").fetchone() == (30_000,)
        return writeahead.mode(raw)
    finally:
        raw.close()


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db
def test_what_the_application_opens_is_in_wal_mode_with_synchronous_full() -> None:
    with connection.cursor() as cursor:
        found = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert found == ["wal", 2]
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_an_existing_installation_is_moved_by_the_command_that_runs_before_the_workers(file: Path) -> None:
    file.unlink()
    sqlite3.connect(file).executescript("PRAGMA journal_mode=DELETE; CREATE TABLE old (number TEXT);")
    environment = {**os.environ, "NOTIFYADMIN_VAR": str(file.parent)}
    environment.pop("DATABASE_URL", None)
    command = [*ALONE, "migrate", "--check", "--verbosity", "0"]
    subprocess.run(command, cwd=PROJECT, env=environment, check=False, capture_output=True)
    assert mode_in(file) == "wal"


def test_a_file_is_moved_once_and_stays_so(file: Path) -> None:
    assert ensure(file) == "wal"
    assert mode_in(file) == "wal"
    assert ensure(file) == "wal"


def test_many_that_open_it_at_once_move_it_and_nobody_fails(file: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(ensure(file))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["wal"] * 12


def test_it_waits_for_a_writer_that_is_at_work(file: Path) -> None:
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO people VALUES ('1')")
    end = threading.Timer(0.2, lambda: other.execute("COMMIT"))
    end.start()
    assert ensure(file) == "wal"
    end.join()
    assert other.execute("SELECT number FROM people").fetchall() == [("1",)]
    other.close()


def test_where_it_is_never_free_one_line_says_so_and_the_work_goes_on(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(writeahead, "PATIENCE_SECONDS", 0.1)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM people").fetchall()
    with caplog.at_level(logging.WARNING):
        assert [ensure(file), ensure(file)] == ["delete", "delete"]
    (line,) = caplog.messages
    assert "Stop every process" in line
    other.close()
    raw = sqlite3.connect(file)
    assert "journal mode 'delete'" in writeahead.problem_of(raw, str(file))
    raw.close()


def test_what_cannot_be_written_is_told_and_not_tried_again(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    raw = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    with caplog.at_level(logging.WARNING):
        writeahead.ensure(raw, str(file))
        writeahead.ensure(raw, str(file))
    raw.close()
    assert len(caplog.messages) == 1
    assert "could not be moved" in caplog.messages[0]


MOUNTS = "/dev/vda / ext4 rw 0 0\nserver:/data /mnt/data nfs4 rw 0 0\n/dev/vdb /mnt/data/local\\040disk xfs rw 0 0\n"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/notifyadmin.sqlite3", "ext4"),
        ("/mnt/data/notifyadmin.sqlite3", "nfs4"),
        ("/mnt/database", "ext4"),
        ("/mnt/data/local disk/notifyadmin.sqlite3", "xfs"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_nearest_mount(tmp_path: Path, path: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert writeahead.file_system_of(Path(path), mounts) == kind


def test_a_system_that_does_not_tell_its_mounts_is_taken_as_local(tmp_path: Path) -> None:
    assert writeahead.file_system_of(tmp_path, tmp_path / "mounts") == ""


def test_a_network_drive_keeps_its_mode_and_is_named(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(writeahead, "file_system_of", lambda path: "nfs4")
    with caplog.at_level(logging.WARNING):
        assert ensure(file) == "delete"
    assert "network drive (nfs4)" in caplog.messages[0]


def test_empty_databases_for_tests_are_copied_without_a_log_of_another_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLES_FOR_TESTS", str(file.parent))
    target = tmp_path / "new"
    target.mkdir()
    left = target / f"{prepared.NAME}-wal"
    left.write_bytes(b"of a file that is gone")
    prepared.put_into(target)
    assert not left.exists()
    with sqlite3.connect(target / prepared.NAME) as raw:
        assert raw.execute("SELECT count(*) FROM people").fetchone() == (0,)
    raw.close()
