"""Starting a play in a process of its own and reading what it came to."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .stacks import environment
from .story import Plan

PROJECT = Path(__file__).resolve().parents[2]
END_SECONDS = 60.0


class Broken(Exception):
    """The play ended without telling anything; the message is what it printed."""


def told_by(plan: Plan, say: Callable[[str], None], lease: int | None = None) -> dict[str, Any]:
    """Play it to the end. Raises Broken; on Ctrl-C the play takes down everything it started first."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.story", json.dumps(asdict(plan))],
        cwd=PROJECT,
        env=environment(lease, short=lease is not None),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if not line.startswith("{"):
                say(line.rstrip("\n"))
        process.wait()
    finally:
        _end(process)
    return _last(lines)


def _last(lines: list[str]) -> dict[str, Any]:
    if not lines or not lines[-1].startswith("{"):
        raise Broken("".join(lines[-40:]))
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
