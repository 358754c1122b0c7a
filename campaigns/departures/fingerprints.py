"""What tells a database from its copies: facts that no dump and no copy of its contents takes along."""

import contextlib
import os
from typing import NamedTuple

from django.db import ProgrammingError, connection, transaction

from campaigns.models import Submission

NOT_A_FILE = "memory"


class Fingerprint(NamedTuple):
    """``body`` changes when the database is restored from a dump or copied; ``timeline`` when a server goes on from a
    point of its past, or a replica takes its place. Empty where there is no such thing."""

    body: str
    timeline: str


def fingerprint() -> Fingerprint:
    """Of the database that this thread is connected to."""
    return _of_server() if connection.vendor == "postgresql" else Fingerprint(_of_file(), "")


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
    """The file system and the file in it: a file that was put in its place is another one. Not the device's number,
    which changes from one start of the machine to the next."""
    path = str(connection.settings_dict["NAME"])
    try:
        return f"sqlite:{os.statvfs(path).f_fsid:x}:{os.stat(path).st_ino}"
    except OSError:
        return f"sqlite:{NOT_A_FILE}"
