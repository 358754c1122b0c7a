"""``manage.py prepare``: make the installation ready; safe to run again."""

from typing import Any

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS

from campaigns.demo import firststart
from notifyadmin.running.keys import ensure_keys


class Command(BaseCommand):
    help = "Make keys, tables and catalogs, and at the first start a login and what is needed to rehearse."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-examples", action="store_true", help="Only keys, tables, catalogs and a login.")

    def handle(self, *args: Any, **options: Any) -> None:
        if ensure_keys():
            where = f"Made new keys in {settings.LOCAL_ENV}"
            self.stdout.write(f"{where}; keep that file, but in another place than your backups.")
        call_command("compilecatalogs", verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        self._warn_about_the_database()
        self._login()
        if not options["no_examples"] and settings.ALLOW_PRIVATE_PROVIDERS:
            firststart.create_examples(f"http://{settings.HOST}:{settings.SANDBOX_PORT}")
            firststart.example_file()

    def _warn_about_the_database(self) -> None:
        for message in run_checks(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS]):
            self.stdout.write(f"Warning: {message.msg} {message.hint or ''}".rstrip())

    def _login(self) -> None:
        password = firststart.create_login()
        if password is not None:
            self.stdout.write("\nA staff login was made. The password is shown only this once:")
            self.stdout.write(f"    name      {firststart.LOGIN}\n    password  {password}\n")
