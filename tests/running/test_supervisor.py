"""Processes that start together and end together."""

import os
import sys
import time
from pathlib import Path

import pytest

from notifyadmin.running.supervisor import Service, ServiceDied, Supervisor


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rsplit(")", 1)[1].split()[0] != "Z"


def gone(pids: list[int]) -> bool:
    """A signal takes a moment to end a process, so ask for a while."""
    deadline = time.monotonic() + 5
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(alive, pids))


def script(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + 10
    while not (path.exists() and path.read_text().strip()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return path.read_text()


def test_leaving_ends_every_process_and_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    text = (
        "import subprocess, sys, time;"
        f"p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); open({str(child)!r}, 'w').write(str(p.pid));"
        "time.sleep(60)"
    )
    with Supervisor(tmp_path / "log", stop_seconds=5) as supervisor:
        supervisor.start(Service("parent", script(text)))
        pids = [supervisor.processes["parent"].pid, int(wait_for(child))]
        assert all(map(alive, pids))
    assert gone(pids)


def test_a_process_that_ignores_the_polite_word_is_forced(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    text = f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({str(ready)!r}, 'w').write('x'); time.sleep(60)"
    with Supervisor(tmp_path / "log", stop_seconds=0.3) as supervisor:
        supervisor.start(Service("stubborn", script(text)))
        pid = supervisor.processes["stubborn"].pid
        wait_for(ready)
    assert not alive(pid)


def test_a_process_that_dies_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    with (
        Supervisor(tmp_path / "log") as supervisor,
        pytest.raises(ServiceDied, match=r"(?s)broken ended with status 3.*the reason"),
    ):
        supervisor.start(Service("broken", script("print('the reason'); raise SystemExit(3)"), ready=lambda: False))


def test_one_that_never_becomes_ready_is_reported(tmp_path: Path) -> None:
    with Supervisor(tmp_path / "log") as supervisor, pytest.raises(ServiceDied, match="was not ready"):
        supervisor.start(Service("slow", script("import time; time.sleep(60)"), ready=lambda: False), wait_seconds=0.3)
