"""``manage.py backup``: whole, private, of one moment, and it says what is in it and what is not."""

import hashlib
import json
import os
import sqlite3
import stat
import subprocess
import threading
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from notifyadmin.operations import databases
from tests.factories import make_account
from tests.servers import postgres_programs

pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def data(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with something in each part of it."""
    settings.VAR = tmp_path / "var"
    for name, setting in (("pushes", "PUSH_FOLDER"), ("media", "MEDIA_ROOT"), ("lists", "LISTS_FOLDER")):
        folder = settings.VAR / name
        folder.mkdir(parents=True)
        setattr(settings, setting, folder)
    settings.LOCAL_ENV = settings.VAR / "local.env"
    for path, text in {
        "pushes/1-2.pushes": "line\n",
        "pushes/1-2.pushes.refused": "refused\n",
        "pushes/addresses.json": "{}",
        "media/voice/a/hello.mp3": "sound",
        "lists/people.csv": "mobile",
        "local.env": "SECRET_KEY=mine",
        "departures/x/1/a.left": "left",
        "exports/e.csv": "e",
    }.items():
        (settings.VAR / path).parent.mkdir(parents=True, exist_ok=True)
        (settings.VAR / path).write_text(text)
    if connection.vendor == "postgresql":
        monkeypatch.setenv("PATH", f"{postgres_programs()}{os.pathsep}{os.environ['PATH']}")
    return Path(settings.VAR)


def take(*arguments: str) -> tuple[Path, str]:
    """The place of the backup and what the command said."""
    said = StringIO()
    call_command("backup", *arguments, stdout=said)
    return Path(said.getvalue().split("\n")[0].removeprefix("Backup").strip()), said.getvalue()


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


OF_FILES = {"pushes/1-2.pushes", "pushes/1-2.pushes.refused", "media/voice/a/hello.mp3", "lists/people.csv"}


def test_it_has_the_database_and_what_belongs_to_it_and_neither_keys_nor_records_of_what_left(data: Path) -> None:
    place, said = take()
    assert place.parent == data / "backups"
    assert names(place) == OF_FILES | {databases.name(), "manifest.json"}
    assert "SECRET_KEY and CREDENTIAL_KEYS" in said
    assert "must never be put back" in said
    assert "same disk" in said


def test_keys_come_along_only_if_they_are_asked_for_and_a_warning_says_what_that_means() -> None:
    place, said = take("--with-keys")
    assert (place / "local.env").read_text() == "SECRET_KEY=mine"
    assert "whoever can read it can use your accounts" in said
    assert "CREDENTIAL_KEYS" not in said


def test_nobody_but_the_owner_can_read_it(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        place, _ = take("--to", str(tmp_path / "elsewhere"), "--with-keys")
    finally:
        os.umask(mask)
    found = {stat.S_IMODE(path.stat().st_mode) for path in [place, place.parent, *place.rglob("*")] if path.is_dir()}
    assert found == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.rglob("*") if path.is_file()} == {0o600}


def test_its_moment_is_before_anything_was_read_and_stands_where_after_restore_wants_it() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    place, said = take()
    manifest = json.loads((place / "manifest.json").read_text())
    taken_at = datetime.fromisoformat(manifest["taken_at"])
    assert before <= taken_at <= datetime.now(UTC)
    assert f"after_restore --taken-at {manifest['taken_at']}" in said
    for name, told in manifest["files"].items():
        content = (place / name).read_bytes()
        assert told == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert set(manifest["files"]) == OF_FILES | {databases.name()}


def test_what_fails_leaves_nothing_that_looks_like_a_backup(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    def fail(*_: object) -> None:
        raise databases.NotCopied("damaged")

    monkeypatch.setattr(databases, "copy", fail)
    for arguments in ([], ["--to", str(data / f"x{Path(databases.name()).suffix}")]):
        with pytest.raises(CommandError, match=r"No backup was taken\. damaged"):
            take(*arguments)
    assert list((data / "backups").iterdir()) == []
    assert not list(data.glob("*x.*"))


def test_a_file_is_the_database_alone_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / f"only{Path(databases.name()).suffix}"
    for _ in range(2):
        place, said = take("--to", str(file))
    assert place == file
    assert "give a folder" in said
    assert json.loads((tmp_path / f"{file.name}.json").read_text())["files"].keys() == {file.name}


def test_a_file_for_the_other_database_is_refused(tmp_path: Path) -> None:
    other = ".sqlite3" if connection.vendor == "postgresql" else ".dump"
    with pytest.raises(CommandError, match="A copy of this database ends with"):
        take("--to", str(tmp_path / f"x{other}"))


@pytest.mark.only_on("sqlite")
def test_a_copy_while_others_write_is_whole_and_of_one_moment() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS pairs (a INTEGER, b INTEGER)")
        cursor.execute("DELETE FROM pairs")
    name, stop, commits = str(connection.settings_dict["NAME"]), threading.Event(), threading.Semaphore(0)

    def write() -> None:
        raw = sqlite3.connect(name, timeout=30)
        number = 0
        while not stop.is_set():
            number += 1
            raw.executemany("INSERT INTO pairs VALUES (?, ?)", [(number, place) for place in range(500)])
            raw.commit()
            commits.release()
        raw.close()

    def take_one(turn: int) -> Path:
        """After something was written since the last one."""
        while commits.acquire(blocking=False):
            pass
        assert commits.acquire(timeout=60)
        return take("--to", f"{name}.{turn}.sqlite3")[0]

    writer = threading.Thread(target=write)
    writer.start()
    try:
        places = [take_one(turn) for turn in range(5)]
    finally:
        stop.set()
        writer.join()
    sizes = []
    for place in places:
        raw = sqlite3.connect(place)
        sizes += raw.execute("SELECT count(*) FROM pairs").fetchone()
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("SELECT count(*) FROM pairs GROUP BY a HAVING count(*) <> 500").fetchall() == []
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        raw.close()
    assert sizes == sorted(set(sizes)), "something was written between every two of them"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pairs")


@pytest.mark.only_on("sqlite")
def test_a_copy_says_of_itself_that_it_is_one(tmp_path: Path) -> None:
    source, target = tmp_path / "source.sqlite3", tmp_path / "target.sqlite3"
    raw = sqlite3.connect(source)
    raw.executescript(
        "CREATE TABLE campaigns_installation (id INTEGER, fingerprint TEXT); INSERT INTO campaigns_installation VALUES (1, '');"
    )
    databases._copy_file(str(source), target)
    for path, told in ((source, ""), (target, databases.BACKUP)):
        found = sqlite3.connect(path)
        assert found.execute("SELECT fingerprint FROM campaigns_installation").fetchall() == [(told,)]
        found.close()
    raw.close()


@pytest.mark.only_on("sqlite")
def test_a_damaged_database_is_no_backup(tmp_path: Path) -> None:
    source = tmp_path / "source.sqlite3"
    raw = sqlite3.connect(source)
    raw.executescript("CREATE TABLE t (x TEXT); CREATE INDEX i ON t (x);")
    raw.executemany("INSERT INTO t VALUES (?)", [(f"{number:050}",) for number in range(2000)])
    raw.commit()
    raw.execute("PRAGMA writable_schema = ON")
    raw.execute(
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 't') WHERE name = 'i'"
    )
    raw.commit()
    raw.close()
    with pytest.raises((databases.NotCopied, sqlite3.DatabaseError)):
        databases._copy_file(str(source), tmp_path / "target.sqlite3")


@pytest.mark.only_on("postgresql")
def test_a_dump_can_be_restored_and_has_everything(tmp_path: Path) -> None:
    account = make_account()
    place, _ = take()
    values = connection.settings_dict
    where = ["-h", values["HOST"], "-U", values["USER"]]
    subprocess.run(["createdb", *where, "restored"], check=True)
    try:
        subprocess.run(["pg_restore", *where, "-d", "restored", str(place / databases.DUMP)], check=True)
        asked = ["psql", *where, "-At", "-c", "SELECT name FROM providers_account", "restored"]
        found = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    finally:
        subprocess.run(["dropdb", *where, "restored"], check=True)
    assert found.splitlines() == [account.name]


@pytest.mark.parametrize(("version", "words"), [(0, "There is no pg_dump on the PATH"), (9, "is of version 9")])
@pytest.mark.only_on("postgresql")
def test_without_a_pg_dump_that_fits_it_says_which_command_to_run(
    monkeypatch: pytest.MonkeyPatch, version: int, words: str
) -> None:
    monkeypatch.setattr(databases, "_major_of_pg_dump", lambda: version)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "not to be printed")
    with pytest.raises(CommandError) as refused:
        take()
    assert words in str(refused.value)
    assert "pg_dump -Fc --no-password --file=notifyadmin.dump" in str(refused.value)
    assert f"dbname={connection.settings_dict['NAME']}" in str(refused.value)
    assert "not to be printed" not in str(refused.value)


@pytest.mark.only_on("postgresql")
def test_a_password_goes_through_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "secret words")
    told = subprocess.run
    seen: list[tuple[str, str]] = []

    def run(command, env=None, **options):
        seen.append((" ".join(command), (env or {}).get("PGPASSWORD", "")))
        return told(command, env=env, **options)

    monkeypatch.setattr(subprocess, "run", run)
    databases._dump(tmp_path / "x.dump")
    assert all("secret" not in command for command, _ in seen)
    assert {password for _, password in seen} == {"secret words"}


@pytest.mark.only_on("postgresql")
def test_a_dump_does_not_go_through_a_pooler(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(connection, "is_handed_on", True)
    with pytest.raises(CommandError, match="address of the server itself"):
        take()
