"""Which database this is, asked in one place."""

from django.db import connection


def is_postgresql() -> bool:
    """Whether the default database is PostgreSQL; the other one that is supported is SQLite."""
    return connection.vendor == "postgresql"
