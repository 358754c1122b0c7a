"""The demonstration, as a newcomer runs it: real workers, real HTTP, and the sandbox's ledger as the judge."""

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from campaigns.demo import stage
from notifyadmin.running.ports import free_port
from notifyadmin.running.supervisor import Service, Supervisor
from providers.sandbox.client import SandboxConsole
from tests import prepared
from tests.sandboxes import wait_until_up
from tests.servers import private_postgres, private_redis

from .stack import FEWER

pytestmark = pytest.mark.journey

PROJECT = Path(__file__).resolve().parents[2]
RECIPIENTS = 60
KINDS = 5
"""Every process costs a second to start, and many journeys start them all."""


def clean_environment(**values: str) -> dict[str, str]:
    """What a shell of a newcomer holds: nothing that this test run has set for itself."""
    own = (
        "NOTIFYADMIN_",
        "DJANGO_",
        "DATABASE_URL",
        "CELERY_",
        "CREDENTIAL_KEYS",
        "SECRET_KEY",
        "PUBLIC_URL",
        "ALLOW_",
        "SEND_",
        "KEEP_",
        "LIBRARY_",
        "DISPATCH_",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**kept, **FEWER, "RECIPIENTS": str(RECIPIENTS), **values}


def with_tables(environment: dict[str, str]) -> dict[str, str]:
    """What the command does first, and the tables, which it then need not make: others here are about that."""
    chosen = stage.environment(environment)
    prepared.put_into(Path(chosen[stage.MARK]))
    return chosen


def demo(on_line=lambda line: None, *, is_new: bool = True, **values: str) -> tuple[int, str]:
    environment = clean_environment(**values)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo"],
        cwd=PROJECT,
        env=environment if is_new else with_tables(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line)
        on_line(line)
    return process.wait(120), "".join(lines)


def rows(output: str) -> list[list[str]]:
    """The table's rows as cells."""
    body = output.split("-----\n", 1)[1].split("\n\n", 1)[0]
    return [re.split(r"\s{2,}", line.strip()) for line in body.splitlines() if line.strip()][:KINDS]


def assert_everybody_has_an_end(output: str) -> None:
    table = rows(output)
    assert len(table) == KINDS
    for row in table:
        recipients, submitted, delivered, undelivered, rejected, unknown = map(int, row[-7:-1])
        assert recipients == RECIPIENTS
        assert submitted + rejected == recipients
        assert delivered + undelivered == submitted
        assert unknown == 0


def test_on_sqlite_and_the_file_system_the_ledger_agrees() -> None:
    status, output = demo()
    assert status == 0, output
    assert "sqlite, broker filesystem" in output
    assert "The sandbox's ledger agrees about every number." in output
    assert_everybody_has_an_end(output)
    folder = Path(re.search(r"data in (\S+),", output)[1])
    assert not folder.exists()


def test_on_postgresql_and_redis_the_ledger_agrees() -> None:
    with private_postgres() as database, private_redis() as broker:
        status, output = demo(DATABASE_URL=database, CELERY_BROKER_URL=broker)
        assert status == 0, output
        assert "postgresql, broker redis" in output
        assert "The sandbox's ledger agrees about every number." in output
        assert_everybody_has_an_end(output)


@contextlib.contextmanager
def other_server(tmp_path: Path) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "providers.sandbox", "--port", str(port)]
    with Supervisor(tmp_path / "log", stop_seconds=5) as supervisor:
        supervisor.start(Service("other", command))
        wait_until_up(SandboxConsole(url))
        yield url


def setting_up(url: str) -> Callable[[str], None]:
    """Enters the push addresses that the demonstration prints at the other server, as a person would."""
    told: dict[str, dict[str, str]] = {}

    def set_up(line: str) -> None:
        found = re.match(r"  (\w+) (\w+) (http\S+)$", line)
        if found:
            told.setdefault(found[1], {})[found[2]] = found[3]
            threading.Thread(target=SandboxConsole(url).set_push, args=(found[1], dict(told[found[1]]))).start()

    return set_up


def test_against_another_server_the_printed_push_addresses_are_all_it_needs(tmp_path: Path) -> None:
    with other_server(tmp_path) as url:
        status, output = demo(setting_up(url), is_new=False, GATEWAY_URL=url, WAIT="30")
        assert status == 0, output
        assert output.index("push addresses") < output.index("starting")
        taken = sum(row["taken"] for row in SandboxConsole(url).summary())
    assert taken == sum(int(row[-6]) for row in rows(output))
    assert_everybody_has_an_end(output)


def test_lost_answers_are_waited_for_until_their_receipts_have_found_everybody(tmp_path: Path) -> None:
    with other_server(tmp_path) as url:
        SandboxConsole(url).settings(weather={"cut_taken": 0.05})
        status, output = demo(setting_up(url), is_new=False, GATEWAY_URL=url, WAIT="30")
    assert status == 0, output
    assert re.search(r"unknown [1-9]", output)
    assert_everybody_has_an_end(output)


def test_without_receipts_it_does_not_claim_success(tmp_path: Path) -> None:
    with other_server(tmp_path) as url:
        status, output = demo(is_new=False, GATEWAY_URL=url, WAIT="2", RECIPIENTS="10")
    assert status != 0
    assert "submitted" in output.rsplit("\n\n", 1)[-1]
    assert "not everything ended in time" in output
