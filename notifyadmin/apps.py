"""Start-up of the generic layer."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate


def use_write_ahead_log(using: str, **_: Any) -> None:
    """Switch a SQLite file to WAL, once: the mode stays in the file, and setting it per connection needs a lock."""
    from django.db import connections

    connection: BaseDatabaseWrapper = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")


class NotifyAdminConfig(AppConfig):
    name = "notifyadmin"

    def ready(self) -> None:
        post_migrate.connect(use_write_ahead_log, sender=self)
