"""The name by which a process is found in ``ps`` and ``top``. Linux only."""

import ctypes
from pathlib import Path

COMMAND_FROM, COMMAND_TO = 45, 46
"""Places of ``arg_start`` and ``arg_end`` after the name in ``/proc/<pid>/stat``, see proc(5)."""


def show(name: str) -> None:
    """Be called *name* instead of the command line that this process, or the one it is a copy of, was started by."""
    Path("/proc/self/comm").write_text(name)
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = int(fields[COMMAND_FROM]), int(fields[COMMAND_TO])
    room = end - start
    if room > 1:
        ctypes.memmove(start, f"notifyadmin {name}".encode()[: room - 1].ljust(room, b"\0"), room)
