"""The door as a real process: killed with -9 at full load, and with a database that is away."""

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from campaigns.receipts.ingest import apply_pushes
from campaigns.upkeep.sweeps import take_over_left_behind
from providers.models import InboundPush
from tests.bench.load import Seen, push
from tests.factories.pushes import wait_for_pushes
from tests.journeys.stack import until

from .receiving import GOOD, Receiver, Relay, account_that_wants_words, database_url, posts, receiver

pytestmark = [pytest.mark.journey, pytest.mark.stores, pytest.mark.django_db(transaction=True)]

CONNECTIONS = 24


@pytest.fixture
def folder(tmp_path: Path, settings) -> Iterator[Path]:
    settings.PUSH_FOLDER = tmp_path / "pushes"
    yield tmp_path
    wait_for_pushes()


def bodies() -> list[str]:
    return [bytes(body).decode() for body in InboundPush.objects.values_list("body", flat=True)]


def acknowledged(mark: str, seen: Seen) -> set[str]:
    return {f"id={mark}-{serial}" for serial in seen.answered}


def assert_all_are_there(wanted: set[str]) -> None:
    stored = bodies()
    assert wanted <= set(stored)
    assert len(stored) == len(set(stored)), "a push was stored twice"
    while apply_pushes():
        pass
    assert not InboundPush.objects.filter(state="new").exists()


def test_whatever_was_acknowledged_survives_kill_9_at_full_load(folder: Path) -> None:
    _account, path = account_that_wants_words()
    wanted: set[str] = set()
    with receiver(folder) as server:
        for mark in ("first", "second", "third"):
            server.start()
            threading.Timer(0.7, server.kill).start()
            seen = push(server.port, posts(path, mark), seconds=10, connections=CONNECTIONS, good=GOOD)
            assert seen.seconds < 9, "it was not killed"
            assert len(seen.answered) > 100
            assert seen.bad == []
            wanted |= acknowledged(mark, seen)
    # What the last one left is found by the sweep of any worker that sees the folder.
    take_over_left_behind()
    assert_all_are_there(wanted)
    assert not list((folder / "pushes").glob("*.pushes"))


class Away:
    """The database, which can be taken from one process: its file has gone, or nobody listens at its address."""

    def __init__(self) -> None:
        self._relay = Relay() if connection.vendor == "postgresql" else None
        self.url = self._relay.url if self._relay else database_url()
        self._file = Path(connection.settings_dict["NAME"])

    @contextlib.contextmanager
    def available(self) -> Iterator["Away"]:
        self.back()
        try:
            yield self
        finally:
            if self._relay:
                self._relay.cut()
            elif not self._file.is_file():
                self.back()

    def go(self) -> None:
        if self._relay:
            self._relay.cut()
            return
        connection.close()
        for path in self._parts("", "-wal", "-shm"):
            if path.exists():
                path.rename(path.with_name(f"away-{path.name}"))
        self._file.mkdir()

    def back(self) -> None:
        if self._relay:
            self._relay.mend()
        elif self._file.is_dir():
            self._file.rmdir()
            for path in self._parts("", "-wal", "-shm"):
                hidden = path.with_name(f"away-{path.name}")
                if hidden.exists():
                    hidden.rename(path)

    def _parts(self, *endings: str) -> list[Path]:
        return [self._file.with_name(self._file.name + ending) for ending in endings]


def test_while_the_database_is_away_everything_is_acknowledged_and_applied_afterwards(folder: Path) -> None:
    _account, path = account_that_wants_words()
    wanted: set[str] = set()

    def some(server: Receiver, mark: str, **values: float) -> Seen:
        options = {"seconds": 1.0, "connections": 8, "per_second": 200.0} | values
        seen = push(server.port, posts(path, mark), good=GOOD, **options)  # type: ignore[arg-type]
        assert seen.bad == []
        assert len(seen.answered) > 50
        wanted.update(acknowledged(mark, seen))
        return seen

    with Away().available() as database, receiver(folder, DATABASE_URL=database.url) as server:
        server.start()
        some(server, "before")
        until(lambda: len(bodies()) == len(wanted), 10)
        database.go()
        assert some(server, "away").quantile(0.99) < 3
        server.kill()
        server.start(is_ready=False)
        some(server, "started while away")
        assert answers_to_a_wrong_token(server, path) == {b"503"}
        database.back()
        assert until(lambda: wanted <= set(bodies()), 20)
        some(server, "back")
        assert until(lambda: wanted <= set(bodies()), 20)
        assert answers_to_a_wrong_token(server, path) == {b"404"}
    assert_all_are_there(wanted)


def answers_to_a_wrong_token(server: Receiver, path: str) -> set[bytes]:
    seen = push(server.port, posts(path.replace("/push/", "/push/x"), "wrong"), seconds=0.3, connections=1)
    return {answer.split(b" ")[1] for answer in seen.bad}


def test_no_log_of_the_server_holds_a_token(folder: Path) -> None:
    _account, path = account_that_wants_words()
    token = path.split("/")[2]
    with receiver(folder, GRANIAN_LOG_ACCESS_ENABLED="true", LOG_LEVEL="DEBUG") as server:
        server.start()
        for place in (path, path.replace("/push/", "/push/x"), path + "x", path + "/x", f"/push/{token}"):
            push(server.port, posts(place, "some"), seconds=0.2, connections=1, good=GOOD)
        get = posts(path, "some")
        push(server.port, lambda serial: get(serial).replace(b"POST", b"GET"), seconds=0.2, connections=1, good=GOOD)
        time.sleep(0.2)
        assert token not in server.log
