"""PostgreSQL whose commits are on the disk when they are confirmed, whatever the server's default is.

A direct connection is told once. Behind a pooler that hands server connections on from transaction to transaction, what
one was told is worth nothing for the next transaction, so each transaction is told, and a single statement that writes
becomes a transaction.
"""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import Error
from django.db.backends.postgresql import base
from psycopg import ClientCursor
from psycopg.pq import TransactionStatus

from . import durability

if TYPE_CHECKING:
    # The stubs of Django leave out that its cursor is one of psycopg.
    _Cursor = ClientCursor[tuple[Any, ...]]
else:
    _Cursor = base.Cursor

_WRITES = ("INSERT", "UPDATE", "DELETE", "MERGE", "WITH")


class Cursor(_Cursor):
    """Makes a single statement that writes a durable transaction where the connection is handed on."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        with _durable(self.connection, query):
            return super().execute(query, params, **options)

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        with _durable(self.connection, query):
            super().executemany(query, params_seq, **options)


class DatabaseWrapper(base.DatabaseWrapper):
    """The backend's connection. ``is_handed_on`` says that a pooler may give each transaction another server."""

    is_handed_on = False

    def get_connection_params(self) -> dict[str, Any]:
        return super().get_connection_params() | {"cursor_factory": Cursor}

    def init_connection_state(self) -> None:
        super().init_connection_state()
        declared = bool(self.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"))
        with self.wrap_database_errors:
            self.is_handed_on = durability.begin(self.connection) or declared
        self.connection.is_handed_on = self.is_handed_on

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # the stubs leave it out
        if autocommit or not self.is_handed_on:
            return
        try:
            with self.wrap_database_errors:
                durability.keep_this_transaction(self.connection)
        except Error:
            # It is half in a transaction of which Django knows nothing.
            self.close()
            raise


@contextlib.contextmanager
def _durable(raw: Any, query: Any) -> Iterator[None]:
    is_alone = raw.autocommit and raw.info.transaction_status == TransactionStatus.IDLE
    if not (is_alone and getattr(raw, "is_handed_on", False) and _is_writing(query)):
        yield
        return
    with raw.transaction():
        durability.keep_this_transaction(raw)
        yield


def _is_writing(query: Any) -> bool:
    return isinstance(query, str) and query.lstrip(" \n(").upper().startswith(_WRITES)
