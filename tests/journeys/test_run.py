"""``manage.py run``, as a newcomer starts it, stops it and starts it again."""

import contextlib
import signal
import socket
import sqlite3
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest
import requests

from providers.sandbox.client import SandboxConsole
from tests.journeys.stack import HOST, Installation, Run, throw_away, until

pytestmark = pytest.mark.journey

QUIET_SECONDS = 5.0


@pytest.fixture
def installation() -> Iterator[Installation]:
    with throw_away() as made:
        yield made


def assert_nothing_is_left(installation: Installation) -> None:
    assert until(lambda: not installation.processes(), QUIET_SECONDS), names(installation.processes())
    assert installation.listening() == []


def names(pids: list[int]) -> list[str]:
    return [Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in pids]


def signed_in(url: str, name: str, password: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.get(f"{url}/login/", timeout=10).raise_for_status()
    answer = session.post(
        f"{url}/login/",
        {"username": name, "password": password, "csrfmiddlewaretoken": token(session.cookies)},
        timeout=10,
    )
    assert answer.url == f"{url}/overview/"
    return session


def token(cookies: CookieJar) -> str:
    return next(cookie.value or "" for cookie in cookies if cookie.name == "csrftoken")


def accounts_in(installation: Installation) -> int:
    with contextlib.closing(sqlite3.connect(installation.folder / "notifyadmin.sqlite3")) as database:
        return int(database.execute("SELECT count(*) FROM providers_account").fetchone()[0])


def assert_everything_answers(run: Run) -> None:
    installation = run.installation
    assert f"{installation.url}/" in run.output
    assert str(installation.folder) in run.output
    assert requests.get(f"{installation.url}/health/", timeout=10).json() == {"status": "ok"}
    for slug in SandboxConsole(installation.sandbox_url).health()["providers"]:
        addresses = SandboxConsole(installation.sandbox_url).push_addresses(slug)
        assert addresses and all(address.startswith(f"{installation.url}/push/") for address in addresses.values())


def test_it_is_started_and_stopped_and_started_again_with_the_same_data(installation: Installation) -> None:
    first = installation.start()
    assert_everything_answers(first)
    assert len(first.passwords) == 1
    known = accounts_in(installation)
    assert known == len(SandboxConsole(installation.sandbox_url).health()["providers"])
    session = signed_in(installation.url, *first.login)
    assert first.stop(signal.SIGINT) == 0, first.output
    assert len(first.passwords) == 1
    assert_nothing_is_left(installation)

    second = installation.start()
    assert_everything_answers(second)
    assert "assword" not in second.output
    assert accounts_in(installation) == known
    assert session.get(f"{installation.url}/accounts/", timeout=10).url.endswith("/accounts/")
    signed_in(installation.url, *first.login)
    assert second.stop(signal.SIGTERM) == 0, second.output
    assert_nothing_is_left(installation)


@pytest.mark.parametrize("setting", ["PORT", "SANDBOX_PORT"])
def test_a_port_in_use_is_refused_with_the_setting_to_change(installation: Installation, setting: str) -> None:
    taken = int(installation.environment()[setting])
    with socket.socket() as other:
        other.bind((HOST, taken))
        other.listen()
        run = Run(installation)
        assert run.wait() != 0
    assert f"Port {taken} on {HOST} is in use" in run.output
    assert f" {setting}={taken + 1} " in run.output
    assert "Traceback" not in run.output
    assert run.passwords == []
    assert_nothing_is_left(installation)
