"""``manage.py demo``: the main job without a browser; ends with 0 only if the sandbox's ledger agrees."""

import os
import sys
from typing import Any

import requests
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from campaigns.demo import report, stage, story, templates, watch
from notifyadmin.db import dialect
from notifyadmin.running import services
from notifyadmin.running.output import speak_at_once
from notifyadmin.running.supervisor import ServiceDied, Supervisor
from providers import rehearsing
from providers.accounts import pushaddresses
from providers.models import Account
from providers.sandbox.client import SandboxConsole

SHOWN = 20


class Command(BaseCommand):
    help = "Compose, send and follow a campaign of every kind with real workers, and compare with the ledger."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        speak_at_once()
        if stage.MARK not in os.environ:
            try:
                chosen = stage.environment(os.environ)
            except stage.NoDatabase as error:
                raise CommandError(str(error)) from error
            # A fresh process, because settings are read once and these are others.
            os.execve(sys.executable, [sys.executable, *sys.argv], chosen)  # noqa: S606
        with stage.thrown_away_afterwards():
            self._play(int(os.environ.get("RECIPIENTS") or 1000))

    def _play(self, recipients: int) -> None:
        self.stdout.write(
            f"data in {settings.VAR}, {dialect.name()}, broker {settings.CELERY_BROKER_URL.split(':')[0]}"
        )
        call_command("prepare", "--no-examples", stdout=open(os.devnull, "w"))  # noqa: SIM115
        foreign = os.environ.get("GATEWAY_URL", "").rstrip("/")
        base = foreign or f"http://{settings.HOST}:{settings.SANDBOX_PORT}"
        with Supervisor(settings.VAR / "log", copies=settings.COPY_PROCESSES) as supervisor:
            try:
                self._start(supervisor, with_sandbox=not foreign)
                self._story(supervisor, base, recipients, console=None if foreign else SandboxConsole(base))
            except ServiceDied as error:
                raise CommandError(str(error)) from error
            except KeyboardInterrupt:
                raise CommandError("Interrupted.") from None

    def _start(self, supervisor: Supervisor, *, with_sandbox: bool) -> None:
        if with_sandbox:
            quick = ("--gap-scale", "0.02")
            supervisor.start(services.sandbox(settings.HOST, settings.SANDBOX_PORT, {}, *quick))
        supervisor.start(services.web(settings.HOST, settings.PORT, {}, settings.WEB_WORKERS))
        for service in services.workers({}):
            supervisor.start(service)

    def _story(self, supervisor: Supervisor, base: str, recipients: int, console: SandboxConsole | None) -> None:
        accounts = story.accounts_at(base)
        self._push_addresses(accounts, console)
        wait = float(os.environ.get("WAIT") or 60)
        ready = templates.approved_templates(accounts, wait, self.stdout.write)
        acts = story.compose_all(accounts, ready, recipients)
        self.stdout.write(f"composed {len(acts)} campaigns of {recipients:,} recipients each; starting")
        story.start_all(acts)
        seen = watch.watch(acts, wait, self.stdout.write, supervisor.check)
        self.stdout.write("\n" + report.table(acts, seen) + "\n")
        self._judge(acts, seen, console)

    def _push_addresses(self, accounts: dict[str, Account], console: SandboxConsole | None) -> None:
        if console is not None:
            console.settings(review_delay=0.5, late_seconds=2.0)
            rehearsing.tell_push_addresses(console, list(accounts.values()))
            return
        self.stdout.write("push addresses, to be set at the other server:")
        for slug, account in accounts.items():
            for door in pushaddresses.issue(account).doors:
                self.stdout.write(f"  {slug} {door.door} {door.url}")

    def _judge(self, acts: list[story.Act], seen: watch.Seen, console: SandboxConsole | None) -> None:
        failures = report.incomplete(acts)
        if seen.timed_out:
            failures.append("not everything ended in time (WAIT=seconds waits longer for receipts)")
        if console is None:
            self.stdout.write("The other server keeps no ledger that this command can read; only our own states count.")
        else:
            failures += self._compare(acts, console)
        if failures:
            raise CommandError("\n".join(failures[:SHOWN]))
        self.stdout.write(self.style.SUCCESS("Everybody has an end, and every state adds up."))

    def _compare(self, acts: list[story.Act], console: SandboxConsole) -> list[str]:
        try:
            found = report.differences(acts, console)
        except requests.RequestException as error:
            return [f"the ledger could not be read: {error}"]
        if not found:
            self.stdout.write("The sandbox's ledger agrees about every number.")
        else:
            self.stdout.write(f"The sandbox's ledger differs about {len(found):,} numbers.")
        return [str(difference) for difference in found]
