"""What each new connection is told. PostgreSQL's own are told by its backend (``postgresql``)."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from . import writeahead


def prepare_sqlite(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receive ``connection_created``: a SQLite file is in WAL mode before its first statement."""
    if connection.vendor != "sqlite":
        return
    with connection.wrap_database_errors:
        writeahead.ensure(connection.connection, str(connection.settings_dict["NAME"]))
