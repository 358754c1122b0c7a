"""The providers application: everything about outside companies."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProvidersConfig(AppConfig):
    name = "providers"
    verbose_name = _("Providers")

    def ready(self) -> None:
        from . import badges, checks  # noqa: F401 - they register themselves
