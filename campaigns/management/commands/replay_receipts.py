"""``manage.py replay_receipts``: read stored pushes again by the tables of today."""

from argparse import ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from campaigns.receipts.replaying import Replayed, replay
from providers.accounts.models import Account


class Command(BaseCommand):
    help = "Read stored pushes again by the tables of today. Shows what would change; writes it only with --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--account", type=int, action="append", help="An account's number; all accounts without.")
        parser.add_argument("--since", type=_moment, help="Only pushes received from this day or time on (2026-05-01).")
        parser.add_argument("--apply", action="store_true", help="Correct the receipts and their recipients.")

    def handle(self, *args: Any, **options: Any) -> None:
        accounts = Account.objects.order_by("pk")
        if options["account"]:
            accounts = accounts.filter(pk__in=options["account"])
            if missing := set(options["account"]) - set(accounts.values_list("pk", flat=True)):
                raise CommandError(f"There is no account {', '.join(map(str, sorted(missing)))}.")
        for account in accounts:
            self._show(account, replay(account, options["since"], apply=options["apply"]))
        if not options["apply"]:
            self.stdout.write("Nothing was written. Run it with --apply to correct it.")

    def _show(self, account: Account, found: Replayed) -> None:
        self.stdout.write(
            f"{account.name}: {found.pushes} pushes read, {found.changed} receipts mean something else, "
            f"{found.replaced} are read differently, {found.added} are new, {found.readable} pushes can be read now"
        )
        for change, number in sorted(found.changes.items(), key=lambda pair: -pair[1]):
            before, after = (" ".join(filter(None, said)) for said in (change.before, change.after))
            self.stdout.write(f"  {number:>8}  {change.door:<12} code {change.code:<10} {before} -> {after}")


def _moment(text: str) -> datetime:
    """A day or a time as people write it, in the zone of the installation."""
    try:
        moment = parse_datetime(text)
        day = None if moment else parse_date(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    if moment is None and day is not None:
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    if moment is None:
        raise ArgumentTypeError(f"{text} is no day and no time")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
