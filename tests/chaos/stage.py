"""The installation with its campaigns, ready to be disturbed. Django must be set up."""

import contextlib
import io
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from campaigns.demo import story, templates
from notifyadmin.running import services
from notifyadmin.running.supervisor import Supervisor
from providers import rehearsing
from providers.models import Account
from providers.sandbox.client import SandboxConsole

from .crew import Crew
from .stacks import Stack

Found = TypeVar("Found")
DATABASE_TRIES = 60

ONE_BY_ONE_PARALLEL = 64
GROUP_PARALLEL = 8


@dataclass(frozen=True)
class Stage:
    crew: Crew
    acts: list[story.Act]
    console: SandboxConsole


@contextlib.contextmanager
def set_up(
    stack: Stack, recipients: int, weather: Mapping[str, float], read_seconds: int, **sandbox: object
) -> Iterator[Stage]:
    """Everything running, one campaign of each kind composed and not started. *sandbox* are its settings."""
    base = f"http://{settings.HOST}:{settings.SANDBOX_PORT}"
    console = SandboxConsole(base)
    with Supervisor(settings.VAR / "log", stop_seconds=1, copies=settings.COPY_PROCESSES) as supervisor:
        crew = Crew(supervisor)
        for server in stack.servers:
            crew.add(server)
        with contextlib.redirect_stdout(io.StringIO()):
            call_command("prepare", "--no-examples", verbosity=0)
        state = str(settings.VAR / "sandbox.sqlite3")
        # A push that meets a dead web server is tried again 15 and 30 seconds later.
        options = ("--gap-scale", "0.25", "--state", state)
        crew.add(services.sandbox(settings.HOST, settings.SANDBOX_PORT, {}, *options))
        crew.add(services.web(settings.HOST, settings.PORT, {}))
        for service in services.workers({}):
            crew.add(service)
        acts = _compose(base, console, recipients, read_seconds)
        console.settings(weather=dict(weather), **sandbox)
        connection.close()
        try:
            yield Stage(crew, acts, console)
        finally:
            connection.close()


def patiently(ask: Callable[[], Found]) -> Found:
    """What *ask* returns, asked again while the database is away. Raises OperationalError in the end."""
    for _ in range(DATABASE_TRIES):
        try:
            return ask()
        except (OperationalError, InterfaceError):
            time.sleep(0.5)
        finally:
            connection.close()
    return ask()


def _compose(base: str, console: SandboxConsole, recipients: int, read_seconds: int) -> list[story.Act]:
    accounts = story.accounts_at(base)
    rehearsing.tell_push_addresses(console, list(accounts.values()))
    console.settings(review_delay=0.2)
    for account in accounts.values():
        _adjust(account, recipients, read_seconds)
    ready = templates.approved_templates(accounts, 20, lambda line: None)
    acts = story.compose_all(accounts, ready, recipients)
    return list({act.kind: act for act in acts}.values())


def _adjust(account: Account, recipients: int, read_seconds: int) -> None:
    """Requests small enough, and sent side by side enough, that every campaign lasts while others are killed."""
    group = max(1, min(20, recipients // 1000))
    for field in account.gateway.settings:
        if field.name == "read_seconds":
            account.settings[field.name] = read_seconds
        elif field.name.startswith("max_callees"):
            account.settings[field.name] = group
    one_by_one = any(account.gateway.callees_per_request(kind, account.access()) == 1 for kind in account.gateway.kinds)
    account.parallel_requests = max(8, min(ONE_BY_ONE_PARALLEL if one_by_one else GROUP_PARALLEL, recipients // 150))
    # A campaign that pauses itself for a person would stand still, and rightly; here the trouble is our own.
    account.guard_percent = 100
    account.save()
