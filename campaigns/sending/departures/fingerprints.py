"""What tells a database from its copies: facts that no dump and no copy of its contents takes along."""

import contextlib
import ctypes
import os
import struct
from typing import NamedTuple

from django.db import ProgrammingError, connection, transaction

from campaigns.models import Submission
from notifyadmin.db.dialect import is_postgresql

NOT_A_FILE = "memory"

AT_FDCWD, STATX_BTIME, STATX_BYTES, BTIME_AT = -100, 0x800, 256, 80
"""Of the system call statx, see its manual page: Python has no word for when a file was made."""


class Fingerprint(NamedTuple):
    """``body`` changes when the database is restored from a dump or copied; ``timeline`` when a server goes on from a
    point of its past, or a replica takes its place. Empty where there is no such thing."""

    body: str
    timeline: str


def fingerprint() -> Fingerprint:
    """Of the database that this thread is connected to."""
    return _of_server() if is_postgresql() else Fingerprint(_of_file(), "")


def _of_server() -> Fingerprint:
    """The cluster, the database in it, and the table in that, which a restore into the same database makes anew."""
    if not _answers:
        # In a transaction of its own: this role may not be allowed to ask.
        with contextlib.suppress(ProgrammingError), transaction.atomic():
            return _asked(_ALL, answered=True)
        return _asked(_LESS, answered=False)
    return _asked(_ALL if _answers[-1] else _LESS, answered=_answers[-1])


_ALL = "(SELECT system_identifier FROM pg_control_system()), substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
_LESS = "'', ''"
_answers: list[bool] = []
"""Whether this process was allowed to ask for everything."""


def _asked(more: str, *, answered: bool) -> Fingerprint:
    sql = f"SELECT d.oid, %s::regclass::oid, {more} FROM pg_database d WHERE d.datname = current_database()"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [Submission._meta.db_table])
        database, table, system, timeline = cursor.fetchone()
    _answers[:] = [answered]
    return Fingerprint(f"postgresql:{system}:{database}:{table}", timeline)


def _of_file() -> str:
    """The file system, the file in it, and when that was made: the number of one that was removed goes to the next.

    Not the device's number, which changes from one start of the machine to the next.
    """
    path = str(connection.settings_dict["NAME"])
    try:
        return f"sqlite:{os.statvfs(path).f_fsid:x}:{os.stat(path).st_ino}:{born(path)}"
    except OSError:
        return f"sqlite:{NOT_A_FILE}"


def is_same(known: str, here: str) -> bool:
    """Whether both are of one database.

    A file is known by its number and its birth. Only where the file system does not tell of births the id of that
    system counts instead: some make it of the number of the device, which another start of the machine may change.
    """
    ours, theirs = known.split(":"), here.split(":")
    if ours[0] != "sqlite" or len(ours) != 4 or len(theirs) != 4:
        return known == here
    (kind, system, number, birth), (other_kind, other_system, other_number, other_birth) = ours, theirs
    told = (birth, other_birth) if birth and other_birth else (system, other_system)
    return (kind, number, told[0]) == (other_kind, other_number, told[1])


def born(path: str) -> str:
    """When a file was made, as the file system says (seconds and nanoseconds), or nothing if it does not."""
    birth = getattr(os.stat(path), "st_birthtime", None)
    if birth is not None:
        return str(birth)
    found = ctypes.create_string_buffer(STATX_BYTES)
    try:
        failed = ctypes.CDLL(None).statx(AT_FDCWD, os.fsencode(path), 0, STATX_BTIME, found)
    except (AttributeError, OSError):
        return ""
    if failed or not struct.unpack_from("=I", found)[0] & STATX_BTIME:
        return ""
    seconds, nanoseconds = struct.unpack_from("=qI", found, BTIME_AT)
    return f"{seconds}.{nanoseconds:09}"
