"""Whether the database keeps what it confirms: asked by ``check --database default``, ``migrate`` and ``prepare``."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import Error, connections

from . import writeahead
from .postgresql import durability

HINT = "See docs/operations/backup-and-restore.md."


@register(Tags.database)
def commits_are_durable(
    app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Warnings about each of *databases* whose confirmed commits may be lost."""
    return [message for alias in databases or () for message in _of(alias)]


def _of(alias: str) -> Iterator[CheckMessage]:
    connection = connections[alias]
    try:
        connection.ensure_connection()
    except Error:
        return  # whoever asks for a database that is away is told so by everything else
    if connection.vendor == "postgresql":
        yield from _of_postgresql(connection)
    elif problem := writeahead.problem_of(connection.connection, str(connection.settings_dict["NAME"])):
        yield Warning(problem, hint=HINT, id="notifyadmin.W002")


def _of_postgresql(connection: Any) -> Iterator[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in durability.PARTS))
        off = durability.what_is_off(cursor.fetchone())
    if off:
        yield Warning(durability.sentence(off), hint=HINT, id="notifyadmin.W001")
