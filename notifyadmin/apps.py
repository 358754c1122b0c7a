"""Start-up of the generic layer."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from .db.connections import prepare_sqlite


class NotifyAdminConfig(AppConfig):
    name = "notifyadmin"

    def ready(self) -> None:
        from .db import checks  # noqa: F401 - they register themselves

        connection_created.connect(prepare_sqlite, dispatch_uid="notifyadmin.db")
