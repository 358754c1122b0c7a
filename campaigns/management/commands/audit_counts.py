"""``manage.py audit_counts``: compare the counters with a look at every recipient."""

import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.counters.recounts.recount import Off, differences, differences_of
from campaigns.counters.recounts.services import mend
from campaigns.models import Campaign


class Command(BaseCommand):
    help = "Report counters that do not agree with the recipients; ends with 1 if any is left as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", type=int, action="append", help="A campaign's number; all without.")
        parser.add_argument("--mend", action="store_true", help="Put them right. Safe while campaigns run.")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["campaign"]
        if chosen and (
            missing := set(chosen) - set(Campaign.objects.filter(pk__in=chosen).values_list("pk", flat=True))
        ):
            raise CommandError(f"There is no campaign {', '.join(map(str, sorted(missing)))}.")
        batches: Iterable[list[Off]] = [differences_of(chosen)] if chosen else differences()
        found = [one for off in batches for one in self._shown(off)]
        if not found:
            self.stdout.write("All counters agree.")
        elif options["mend"]:
            mended = sum(mend(pk) for pk in sorted({one.campaign_id for one in found}))
            self.stdout.write(f"{mended} counters were put right.")
        else:
            self.stdout.write(f"{len(found)} counters do not agree. Run it with --mend to put them right.")
            sys.exit(1)

    def _shown(self, off: list[Off]) -> list[Off]:
        for one in off:
            self.stdout.write(f"campaign {one.campaign_id}: {one}")
        return off
