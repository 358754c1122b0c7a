"""``manage.py hold_sending``: let nothing out any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from campaigns.models import HoldCause
from campaigns.sending.hold import hold_all
from providers.contract.words import Words, gettext_noop

BY_COMMAND = gettext_noop("Held by the command hold_sending: %(reason)s")


class Command(BaseCommand):
    help = "Hold all sending: no worker lets anything out from its next turn on. Receipts are still taken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reason", help="Why; everybody reads it on every page.")

    def handle(self, *args: Any, **options: Any) -> None:
        hold_all(Words(BY_COMMAND, {"reason": options["reason"][:300]}), HoldCause.PERSON)
        self.stdout.write("All sending is held. Release it on the page “Sending” or with release_sending.")
