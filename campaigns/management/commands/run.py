"""``manage.py run``: the whole application with its sandbox, until Ctrl-C."""

import signal
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from notifyadmin.running import services
from notifyadmin.running.output import speak_at_once
from notifyadmin.running.ports import PortTaken, require_free
from notifyadmin.running.supervisor import ServiceDied, Supervisor
from providers import rehearsing
from providers.models import Account
from providers.sandbox.client import SandboxConsole
from providers.sandbox.mounts import rehearsals


class Command(BaseCommand):
    help = "Run web server, workers with beat, and the provider sandbox together."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        speak_at_once()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        try:
            require_free(settings.HOST, settings.PORT, "PORT")
            require_free(settings.HOST, settings.SANDBOX_PORT, "SANDBOX_PORT")
            call_command("prepare", stdout=self.stdout)
            self.check()
            self._serve()
        except (PortTaken, ServiceDied) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _serve(self) -> None:
        state = ("--state", str(settings.VAR / "sandbox.sqlite3"))
        with Supervisor(settings.VAR / "log", copies=settings.COPY_PROCESSES) as supervisor:
            supervisor.start(services.sandbox(settings.HOST, settings.SANDBOX_PORT, {}, *state))
            self._tell_push_addresses()
            for service in services.workers({}):
                supervisor.start(service)
            supervisor.start(services.web(settings.HOST, settings.PORT, {}, settings.WEB_WORKERS))
            self._announce()
            try:
                supervisor.watch()
            finally:
                self.stdout.write("Stopping; requests in flight are let to end …")

    def _tell_push_addresses(self) -> None:
        base = f"http://{settings.HOST}:{settings.SANDBOX_PORT}"
        known = rehearsals()
        # The sandbox keeps one address per provider: the oldest account is the one that hears.
        there = {
            account.provider: account
            for account in Account.objects.usable().filter(provider__in=known).order_by("-pk")
            if str(account.credentials.get("base_url", "")).startswith(base)
        }
        rehearsing.tell_push_addresses(SandboxConsole(base), list(there.values()))
        connection.close()

    def _announce(self) -> None:
        self.stdout.write(f"\n  NotifyAdmin   http://{settings.HOST}:{settings.PORT}/")
        self.stdout.write(f"  Sandbox       http://{settings.HOST}:{settings.SANDBOX_PORT}/ (docs/sandbox.md)")
        self.stdout.write(f"  Example list  {settings.VAR / 'example-audience.csv'}")
        self.stdout.write(f"  Data, logs    {settings.VAR}")
        self.stdout.write("  Stop          Ctrl-C\n")
