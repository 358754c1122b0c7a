"""``manage.py collectmessages``: the strings of the source into the translation catalogs (needs gettext)."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

ELSEWHERE = ["var", ".venv", ".ci", "tests"]


class Command(BaseCommand):
    """Says where strings are looked for and how catalogs are written, so that everybody writes the same file.

    Places and wrapped lines are left out: they change with every edit and would hide what was really translated.
    """

    help = "Collect the strings of this folder's source into the catalogs of all languages. Run at the project's root."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        call_command(
            "makemessages",
            all=True,
            no_location=True,
            no_wrap=True,
            no_obsolete=True,
            ignore_patterns=ELSEWHERE,
            verbosity=options["verbosity"],
        )
