"""Starting and stopping the sandbox as a process."""

import contextlib
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import requests

from providers.sandbox.client import SandboxConsole
from tests.sandboxes import wait_until_up

from .running import FORM, PLATFORMS, REHEARSALS

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "providers.sandbox"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)


def test_it_tells_where_it_listens_and_stops_when_told(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [*COMMAND, "--port", str(port), "--state", str(tmp_path / "s")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        wait_until_up(SandboxConsole(f"http://127.0.0.1:{port}"))
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=10)
    finally:
        process.kill()
    assert process.returncode == 0
    assert all(f"http://127.0.0.1:{port}{one.base_path}\n" in said for one in REHEARSALS.values())


def test_whoever_was_answered_is_in_the_books_even_after_a_kill(tmp_path: Path) -> None:
    port, state = free_port(), str(tmp_path / "s")
    console = SandboxConsole(f"http://127.0.0.1:{port}")
    for numbers in ([FORM.number_for(1)], [FORM.number_for(1), FORM.number_for(2)]):
        process = subprocess.Popen(
            [*COMMAND, "--port", str(port), "--state", state], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            wait_until_up(console)
            assert submit(console.url, numbers[-1]) == 2
        finally:
            process.kill()
            process.wait(10)
    with contextlib.closing(sqlite3.connect(state)) as books:
        rows = books.execute("SELECT number, provider_id FROM callees ORDER BY id").fetchall()
    assert [number for number, _ in rows] == [FORM.number_for(1), FORM.number_for(2)]
    assert rows[0][1] != rows[1][1]


def submit(url: str, number: str) -> int:
    assert FORM.template is not None
    known, content = FORM.credentials, FORM.template.text.replace("【变量】", "1")
    fields = {"account": known["account"], "password": known["api_key"], "mobile": number[2:], "content": content}
    address = f"{url}{FORM.base_path}/webservice/voice.php?method=Submit"
    code: int = requests.post(address, data={**fields, "format": "json"}, timeout=5).json()["code"]
    return code


def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("--port", str(port))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr == f"sandbox: port {port} of 127.0.0.1 is in use; choose another with --port\n"


def test_a_ledger_that_cannot_be_kept_is_said_in_one_line(tmp_path: Path) -> None:
    state = str(tmp_path / "missing" / "s")
    done = run("--port", "0", "--state", state)
    assert done.returncode == 1 and done.stderr.startswith("sandbox: cannot keep the ledger in")
    assert done.stderr.count("\n") == 1


def test_the_guide_lists_every_magic_number_and_every_credential() -> None:
    guide = (ROOT / "docs" / "sandbox.md").read_text()
    for rehearsal in REHEARSALS.values():
        assert f"URL{rehearsal.base_path}" in guide
        for value in rehearsal.credentials.values():
            assert f"`{value}`" in guide
    for outcome in [*FORM.outcomes.values(), *PLATFORMS[0].outcomes.values()]:
        assert f"| {outcome.digits} | `{outcome.name}` | {outcome.words} |" in guide
