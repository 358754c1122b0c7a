"""A database is known again whatever happens to it by honest work, and its copies are told from it."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from campaigns.sending.departures.fingerprints import Fingerprint, fingerprint, is_same


def moved(file: Path) -> Path:
    (file.parent / "moved").mkdir()
    return file.rename(file.parent / "moved" / "other.sqlite3")


def vacuumed(file: Path) -> Path:
    return told(file, "VACUUM")


def indexed_anew(file: Path) -> Path:
    return told(file, "REINDEX")


def in_write_ahead_mode(file: Path) -> Path:
    return told(file, "PRAGMA journal_mode=WAL")


def grown(file: Path) -> Path:
    return told(file, "CREATE TABLE more (x TEXT)")


def copied(file: Path) -> Path:
    return Path(shutil.copy2(file, file.parent / "copy.sqlite3"))


def replaced_by_a_copy(file: Path) -> Path:
    os.replace(copied(file), file)
    return file


def vacuumed_into_another(file: Path) -> Path:
    told(file, f"VACUUM INTO '{file.parent}/other.sqlite3'")
    return file.parent / "other.sqlite3"


def told(file: Path, statement: str) -> Path:
    raw = sqlite3.connect(file)
    raw.execute(statement)
    raw.commit()
    raw.close()
    return file


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Fingerprint]:
    def looked(file: Path) -> Fingerprint:
        monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
        return fingerprint()

    return looked


@pytest.mark.parametrize(
    ("happens", "same"),
    [
        *((honest, True) for honest in (moved, vacuumed, indexed_anew, in_write_ahead_mode, grown)),
        *((another, False) for another in (copied, replaced_by_a_copy, vacuumed_into_another)),
    ],
)
def test_a_file_is_the_same_after_honest_work_and_its_copies_are_not(
    look: Callable[[Path], Fingerprint], tmp_path: Path, happens: Callable[[Path], Path], same: bool
) -> None:
    file = told(tmp_path / "notifyadmin.sqlite3", "CREATE TABLE old (x TEXT)")
    before = look(file).body
    assert is_same(before, look(happens(file)).body) is same


@pytest.mark.parametrize(
    ("known", "here", "same"),
    [
        ("sqlite:a:7:1.5", "sqlite:b:7:1.5", True),
        ("sqlite:a:7:1.5", "sqlite:a:7:1.6", False),
        ("sqlite:a:7:1.5", "sqlite:a:8:1.5", False),
        ("sqlite:a:7:", "sqlite:a:7:", True),
        ("sqlite:a:7:", "sqlite:b:7:", False),
        ("sqlite:a:7:", "sqlite:a:7:1.5", True),
        ("sqlite:a:7:", "sqlite:b:7:1.5", False),
        ("backup", "sqlite:a:7:1.5", False),
        ("sqlite:memory", "sqlite:memory", True),
        ("postgresql:1:2:3", "postgresql:1:2:3", True),
        ("postgresql:1:2:3", "postgresql:9:2:3", False),
        ("postgresql:1:2:3", "sqlite:1:2:3", False),
    ],
)
def test_a_disk_that_gets_another_number_is_the_same_where_files_have_a_birth(
    known: str, here: str, same: bool
) -> None:
    assert is_same(known, here) is same
