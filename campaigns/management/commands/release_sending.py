"""``manage.py release_sending``: let every sender go on."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.following.hold import telling
from campaigns.models.held import current
from campaigns.sending.hold import release
from notifyadmin.web.errors import Refusal


class Command(BaseCommand):
    help = "Show why all sending is held and who would be sent to; with --yes and a name, release it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="Release it, having looked at the reasons and numbers.")
        parser.add_argument("--user", help="The login of whoever releases it; needs the right to.")

    def handle(self, *args: Any, **options: Any) -> None:
        hold = current()
        if hold is None:
            self.stdout.write("Sending is not held.")
            return
        for line in telling.lines(hold):
            self.stdout.write(line)
        if not options["yes"]:
            self.stdout.write("Nothing was changed. Run it with --yes --user NAME to release sending.")
            return
        try:
            release(self._user(options["user"]), seen=max((one.pk for one in hold.told), default=0))
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write("Sending is released.")

    def _user(self, name: str | None) -> Any:
        user = get_user_model().objects.filter(username=name or "", is_active=True).first()
        if user is None or not user.has_perm("campaigns.release_sending"):
            raise CommandError("Name somebody with the right to release sending: --user NAME.")
        return user
