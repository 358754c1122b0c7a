"""Which database this is, and what the two that are supported say differently, asked in one place."""

from collections.abc import Callable
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any

from django.db import connection


def name() -> str:
    """Of the default database, as Django calls it."""
    return str(connection.vendor)


def is_postgresql(asked: Any = connection) -> bool:
    """Whether a connection leads to PostgreSQL; the other database that is supported is SQLite."""
    return str(asked.vendor) == "postgresql"


def has_bytes(column: str) -> str:
    """The condition that a column of bytes holds those of its one placeholder."""
    return f"position(%s::bytea in {column}) > 0" if is_postgresql() else f"instr({column}, %s) > 0"


def json_key() -> Callable[[str], str]:
    """Writes the key of a JSON object so that it is found again by its path.

    SQLite compares the keys of its JSON paths letter by letter, and Django writes them escaped.
    """
    return encode_basestring if is_postgresql() else encode_basestring_ascii
