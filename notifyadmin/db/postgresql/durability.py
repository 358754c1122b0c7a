"""When a commit is durable on PostgreSQL, and what of it a connection can decide."""

import logging
from collections.abc import Sequence
from typing import Any

logger = logging.getLogger(__name__)

_KEEP = (
    "set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('on', 'remote_apply')"
    " THEN current_setting('synchronous_commit') ELSE 'on' END, {})"
)
"""Also where the value is right already: a server that reads its configuration again would change it in mid-session."""

BEGIN = (
    f"SELECT pg_backend_pid(), current_setting('fsync'), current_setting('full_page_writes'), {_KEEP.format('false')}"
)
IN_TRANSACTION = f"SELECT {_KEEP.format('true')}"

PARTS = ("fsync", "full_page_writes")
"""Settings of the whole server that no connection can change."""

_told: set[str] = set()


def begin(raw: Any) -> bool:
    """Make the commits of a new connection durable. Returns whether a pooler stands between us and the server.

    A pooler gives its clients process numbers of its own, so that they cannot cancel the statements of others.
    """
    pid, *values, _ = raw.execute(BEGIN).fetchone()
    _say_once(what_is_off(values))
    return bool(pid != raw.info.backend_pid)


def keep_this_transaction(raw: Any) -> None:
    """Make the commit of the transaction that begins with this durable."""
    raw.execute(IN_TRANSACTION)


def what_is_off(values: Sequence[str]) -> list[str]:
    """Those of :data:`PARTS` that are not on, out of their *values* in the same order."""
    return [name for name, value in zip(PARTS, values, strict=True) if value != "on"]


def sentence(names: Sequence[str]) -> str:
    """What it means that these are off, for people."""
    return (
        f"The PostgreSQL server runs with {' and '.join(f'{name}=off' for name in names)}: when its machine stops"
        " without a warning, commits that it confirmed may be gone or the database damaged, and people could be"
        " called twice."
    )


def _say_once(names: Sequence[str]) -> None:
    if names and not _told.issuperset(names):
        _told.update(names)
        logger.warning("%s", sentence(names))
