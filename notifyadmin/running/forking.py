"""Processes that are copies of this one: what all of them would import is imported once.

``python -m celery …`` spends more than a second on imports, and keeps them in memory of its own. A copy that then does
what that command line says is there at once and shares what it does not change. Linux only: elsewhere libraries of the
system do not bear it.
"""

import atexit
import gc
import importlib
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import util as processes
from pathlib import Path
from typing import BinaryIO

from billiard import util as pools
from django.db import connections

from . import titles

POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Life:
    """What ``python -m module *arguments`` does in *folder*."""

    name: str
    module: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    nice: int = 0


class Copy:
    """A child of ours, with as much of the manners of ``subprocess.Popen`` as a supervisor needs."""

    def __init__(self, pid: int, name: str) -> None:
        self.pid = pid
        self.args = name
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises subprocess.TimeoutExpired after *timeout* seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            time.sleep(POLL_SECONDS)
        return status

    def send_signal(self, number: int) -> None:
        # Once its end was seen, its number may be that of a stranger.
        if self.poll() is None:
            os.kill(self.pid, number)


def is_safe() -> bool:
    """Whether nothing runs beside this thread: a copy has none of the others, and their locks stay locked for ever."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def load(modules: Iterable[str]) -> None:
    """Import what copies will need."""
    missing = [name for name in modules if name not in sys.modules]
    if not missing:
        return
    for name in missing:
        importlib.import_module(name)
    gc.collect()
    # The collector writes into whatever it looks at, and what is written is not shared any longer.
    gc.freeze()


def start(life: Life, log: BinaryIO) -> Copy:
    """A copy of this process that lives *life* in a session of its own, and says what it says into *log*.

    It is as fresh as can be: no other file or socket of ours is open there, signals do what they do by themselves, and
    what was to happen at the end of this process does not happen at its end. Our database connections are closed.
    """
    connections.close_all()
    _flush()
    telling, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        _end(lambda: _live(life, log.fileno()))
    os.close(told)
    # Ends when the copy has let go of everything of ours; before that it has no group that could be signalled.
    os.read(telling, 1)
    os.close(telling)
    return Copy(pid, life.name)


def _live(life: Life, log: int) -> None:
    os.setsid()
    _reset_signals()
    _let_go(log)
    _forget()
    os.environ.update(life.environment)
    os.chdir(life.folder)
    os.nice(life.nice)
    titles.show(life.name)
    sys.argv = [life.module, *life.arguments]
    runpy.run_module(life.module, run_name="__main__", alter_sys=True)


def _reset_signals() -> None:
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def _let_go(log: int) -> None:
    """What was said goes into the log, and every other file or socket of the parent is replaced by nothing.

    Not closed: objects that believe to own such a number would close whatever is opened under it later.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, number)
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number != nothing and _is_open(number):
            os.dup2(nothing, number, inheritable=False)
    os.close(nothing)


def _is_open(number: int) -> bool:
    # The list of the open ones has the one by which it was read.
    return os.path.lexists(f"/proc/self/fd/{number}")


def _forget() -> None:
    """What was to be done at the end of the parent, and what libraries keep about the process they are in."""
    atexit._clear()
    for library in (processes, pools):
        atexit.register(library._exit_function)
        library._run_after_forkers()


def _end(life: Callable[[], None]) -> None:
    """Live, and end as a process does; never return into the parent's stack."""
    status = 1
    try:
        status = _status_of(life)
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    finally:
        _flush()
        os._exit(status)


def _status_of(life: Callable[[], None]) -> int:
    try:
        life()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    except BaseException:  # noqa: BLE001 - nobody is left who could be told
        traceback.print_exc()
        return 1
    return 0


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
