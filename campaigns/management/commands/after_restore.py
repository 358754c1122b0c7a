"""``manage.py after_restore``: what has to be done after a backup was restored, before anything is sent."""

import time
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from campaigns.following.hold import telling
from campaigns.receipts.restoring import services


class Command(BaseCommand):
    help = (
        "Make those unknown instead of waiting who may have been sent to since the backup was taken. Holds all sending "
        "first and does not release it. Safe to repeat; what was cut off goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--taken-at",
            required=True,
            metavar="TIME",
            help="When the backup began, like 2026-11-30T04:00+08:00; without an offset it is in TIME_ZONE. If you are "
            "not sure, an earlier time: it makes more people unknown, but nobody is reached twice.",
        )
        parser.add_argument("--workers-wait", type=float, default=90.0, help="Seconds to wait for workers that send.")

    def handle(self, *args: Any, **options: Any) -> None:
        taken_at = _read(options["taken_at"])
        self.stdout.write(f"The backup was taken at {services.written(taken_at)} ({taken_at.isoformat()}).")
        restoration = services.begin(taken_at)
        if restoration.finished_at is not None:
            self.stdout.write(f"This was done already, at {services.written(restoration.finished_at)}.")
        else:
            self.stdout.write("All sending is held.")
            self._wait_for_workers(options["workers_wait"])
            services.go_on(restoration)
        for line in telling.of_restoration(restoration):
            self.stdout.write(line)
        self.stdout.write(
            "Sending stays as it is. Look at the page “Sending”, and release it there when this is right."
        )

    def _wait_for_workers(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while services.workers() and time.monotonic() < until:
            self.stdout.write("Workers still have requests under way; waiting for them.")
            time.sleep(5.0)


def _read(text: str) -> datetime:
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"“{text}” is no time. Write it like 2026-11-30T04:00+08:00.")
    aware = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    if aware > timezone.now():
        raise CommandError(f"{services.written(aware)} is in the future.")
    return aware
