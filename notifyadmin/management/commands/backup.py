"""``manage.py backup``: the database as it is now, and what belongs to it, while everything runs."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifyadmin.operations import backup
from notifyadmin.operations.backup import Backup
from notifyadmin.operations.databases import NotCopied


class Command(BaseCommand):
    help = "Take a backup of the database and what belongs to it while everything runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to",
            type=Path,
            metavar="FOLDER|FILE",
            help="The folder in which backups lie (by itself backups/ in the data folder), each in its own folder; or"
            " a file (ends with .sqlite3 or .dump) for the database alone.",
        )
        parser.add_argument(
            "--with-keys", action="store_true", help="With local.env, which opens the stored credentials."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            taken = backup.take(options["to"], with_keys=options["with_keys"])
        except (NotCopied, OSError) as error:
            raise CommandError(f"No backup was taken. {error}") from error
        self._tell(taken)

    def _tell(self, taken: Backup) -> None:
        self.stdout.write(f"Backup     {taken.place}")
        self.stdout.write(f"Taken at   {taken.taken_at.isoformat()}")
        for name, size in taken.contents.items():
            self.stdout.write(f"In it      {name} ({size:,} bytes)")
        for words in taken.not_in_it:
            self.stdout.write(f"Not in it  {words}")
        for words in taken.warnings:
            self.stdout.write(f"Warning    {words}")
        self.stdout.write(
            "After it was restored, before sending is released:"
            f"\n    manage.py after_restore --taken-at {taken.taken_at.isoformat()}"
        )
