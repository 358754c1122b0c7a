"""SQLite's write-ahead log (WAL): readers and the writer do not wait for each other.

The mode stays in the file, so each file is moved once, at the first start that finds it otherwise. That takes a moment
in which nobody else is in a transaction.
"""

import logging
import sqlite3
import time
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0
"""How long a new connection waits for that moment."""
TRY_SECONDS = 0.05

WAL = "wal"
NETWORK_FILE_SYSTEMS = frozenset(
    (
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "vboxsf", "prl_fs"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse"),
    )
)
"""The log needs memory that all its users share, which there is only on one machine."""

_given_up: set[str] = set()


def ensure(raw: sqlite3.Connection, name: str) -> None:
    """Move the file *name*, which is open as *raw*, to the write-ahead log unless it is there already.

    What stands in the way is said in one line of the log, once per process; the file works on as it is.
    """
    if name in _given_up or mode(raw) in (WAL, "memory"):
        return
    problem = _of_folder(name) or _switch(raw)
    if problem:
        _given_up.add(name)
        logger.warning("%s", problem)


def mode(raw: sqlite3.Connection) -> str:
    """The journal mode, such as ``wal`` or ``delete``."""
    return str(raw.execute("PRAGMA journal_mode").fetchone()[0])


def problem_of(raw: sqlite3.Connection, name: str) -> str:
    """Why the file is not as it should be, for people; empty if all is well."""
    now = mode(raw)
    if now == "memory":
        return ""
    return _of_folder(name) or ("" if now == WAL else _stays(now))


def file_system_of(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The kind of file system of *path*, such as ``ext4``; empty where the system does not tell."""
    try:
        lines = mounts.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    found = ("", "")
    for _device, place, kind, *_ in (line.split(" ") for line in lines if line.count(" ") >= 3):
        folder = place.replace("\\040", " ")
        if path.is_relative_to(folder) and len(folder) >= len(found[0]):
            found = (folder, kind)
    return found[1]


def _of_folder(name: str) -> str:
    kind = file_system_of(Path(name).resolve())
    if kind not in NETWORK_FILE_SYSTEMS:
        return ""
    return (
        f"The database {name} lies on a network drive ({kind}), on which SQLite cannot keep its promises. Move the data"
        " folder to a disk of this machine, or use PostgreSQL."
    )


def _stays(now: str) -> str:
    return (
        f"The SQLite database stays in the journal mode '{now}', because another process kept it busy: pages and"
        " sending wait for each other. Stop every process of this installation and start again."
    )


def _switch(raw: sqlite3.Connection) -> str:
    """Switch as soon as nobody else is in a transaction. Returns what stood in the way."""
    patience = raw.execute("PRAGMA busy_timeout").fetchone()[0]
    raw.execute(f"PRAGMA busy_timeout = {int(TRY_SECONDS * 1000)}")
    try:
        return _try(raw)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {int(patience)}")


def _try(raw: sqlite3.Connection) -> str:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            found: Any = raw.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                return f"The SQLite database could not be moved to its write-ahead log: {error}."
            found = "delete"
        if found == WAL:
            return ""
        if time.monotonic() > deadline:
            return _stays(str(found))
        time.sleep(TRY_SECONDS)
