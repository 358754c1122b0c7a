"""``manage.py sandbox``: runs the provider sandbox; the database is not touched."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from providers.sandbox.server import add_options, run_from


class Command(BaseCommand):
    help = "Rehearse with providers that behave like the real ones and ring nobody."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        status = run_from(Namespace(**options))
        if status:
            raise SystemExit(status)
