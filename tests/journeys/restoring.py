"""An installation with campaigns that run, which loses its database and gets it back from a backup.

In a process whose settings are those of the installation; Django must be set up.
"""

import shutil
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from campaigns.counters.selectors import tallies_of
from campaigns.demo import story
from providers.models import InboundPush, PushState
from tests.chaos.oracle import TOLD, Judgement, judge
from tests.chaos.records import read_books, still_sending, unknown_numbers
from tests.chaos.stacks import Stack
from tests.chaos.stage import Stage, patiently
from tests.chaos.victims import Kill

from . import page
from .stack import until

SERVERS = ("sandbox", "redis")
"""What stands for the world outside: the providers, and a broker on another machine."""
LOCAL = ("departures", "pushes", "lists", "media", "broker")
PATIENCE_SECONDS = 60.0
QUIET_SECONDS = 4.0
MANY = 1_000_000
LATE = 0.5
"""Share of the people whose receipts come only when they are let go."""

Unknown = dict[int, frozenset[str]]
"""Numbers by campaign."""


def pushes_wait() -> bool:
    """Whether a stored push is still to be applied."""
    return InboundPush.objects.filter(state=PushState.NEW).exists()


class Restoring:
    """Follows the page. ``restored`` is what a reader of it has typed."""

    def __init__(self, stage: Stage, stack: Stack) -> None:
        self.stage, self.stack = stage, stack
        self.backups = settings.VAR / "elsewhere"
        self.reader = page.Reader(
            {"/srv/backups/notifyadmin": str(self.backups)},
            {
                "sudo systemctl stop 'notifyadmin*'": self.stop,
                "sudo systemctl start 'notifyadmin*'": self.start,
            },
        )

    # Processes

    def stop(self) -> None:
        """Everything of ours is gone at once, as with a machine that fails."""
        for name in self._ours():
            if name in self.stage.crew.running:
                self.stage.crew.kill(name)
        connections.close_all()

    def start(self) -> None:
        connections.close_all()
        for name in self._ours():
            self.stage.crew.restart(name)

    def _ours(self) -> list[str]:
        return [name for name in self.stage.crew.names if name not in SERVERS]

    # The page

    def read(self, heading: str, *, only: Callable[[str], bool] = lambda line: True, **environment: str) -> str:
        """Type what stands below *heading*; where both databases stand there, what is for this one."""
        lines = [line for line in page.commands(heading) if only(line) and page.is_for(self.stack.name, line)]
        return self.reader.run(lines, **environment)

    def back_up(self) -> Path:
        """Take a backup; where it lies."""
        time.sleep(1.0)  # their names are as precise as a second
        self.read("Taking a backup", only=lambda line: "before-the-upgrade" not in line)
        return max(self.backups.glob("notifyadmin-*"))

    def lose_and_restore(self, *, with_folders: bool) -> None:
        """From the loss to the start, by the page."""
        self.read("1. Stop everything")
        if with_folders:
            for name in LOCAL:
                shutil.rmtree(settings.VAR / name, ignore_errors=True)
            self._forget_messages()
        self.read("2. Put the database back")
        self.read("3. Put the files back")
        self.read("4. Start everything", only=lambda line: "systemctl" in line)

    def _forget_messages(self) -> None:
        if self.stack.servers:
            import redis

            redis.Redis.from_url(settings.CELERY_BROKER_URL).flushall()
        for name in ("messages", "control"):
            (settings.BROKER_FOLDER / name).mkdir(parents=True, exist_ok=True)

    # What is seen

    def sent(self) -> int:
        """How many people the providers have taken."""
        return sum(1 for _ in self.stage.console.ledger())

    def twice(self) -> int:
        """How many were taken more than once."""
        rows = self.stage.console.ledger()
        return sum(
            count > 1 for count in Counter((row["provider"], row["kind"], row["number"]) for row in rows).values()
        )

    def wait_until_sent(self, people: int) -> None:
        assert until(lambda: self.tended() and self.sent() >= people, PATIENCE_SECONDS), self.sent()

    def tended(self) -> bool:
        self.stage.crew.tend()
        return True

    def is_held(self) -> bool:
        from campaigns.models.held import is_held

        return patiently(is_held)

    def reasons(self) -> list[str]:
        """The causes for which sending is held."""
        from campaigns.models.held import current

        hold = patiently(current)
        return [reason.cause for reason in hold.told] if hold else []

    def hold_after_start(self) -> dict[str, Any]:
        """What happens by itself after everything was started: held, for what, and whether anybody was sent to."""
        before = self.sent()
        held = until(lambda: self.tended() and self.is_held(), PATIENCE_SECONDS)
        time.sleep(QUIET_SECONDS)
        said = self.read("4. Start everything", only=lambda line: "release_sending" in line)
        return {"held": held, "causes": self.reasons(), "said": said, "page": self.page(), "sent": self.sent() - before}

    def page(self) -> str:
        """The page of the campaigns, as staff see it."""
        from django.contrib.auth import get_user_model
        from django.test import Client

        client = Client()
        client.force_login(get_user_model().objects.get(username="admin"))
        asked = urllib.request.Request(f"http://{settings.HOST}:{settings.PORT}/campaigns/")
        asked.add_header(
            "Cookie", f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        )
        assert until(self._answers, PATIENCE_SECONDS)
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
            return str(answer.read().decode())

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{settings.HOST}:{settings.PORT}/health/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def states(self, acts: Sequence[story.Act]) -> dict[str, int]:
        """How many people of all *acts* are in each state."""
        sums: Counter[str] = Counter()
        for counts in patiently(lambda: tallies_of([act.campaign.pk for act in acts])).values():
            sums.update({state: count for state, count in counts.items() if count})
        return dict(sums)

    def unknown(self, acts: Sequence[story.Act]) -> Unknown:
        return patiently(lambda: {act.campaign.pk: unknown_numbers(act) for act in acts})

    def wait_until_quiet(self, acts: Sequence[story.Act]) -> None:
        """Until no push is owed, none that is stored waits to be applied, and the states have not changed for a while."""
        last, since, deadline = {}, time.monotonic(), time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and time.monotonic() - since < QUIET_SECONDS:
            self.tended()
            now = self.states(acts)
            if now != last or self.stage.console.health()["pending_pushes"] or patiently(pushes_wait):
                last, since = now, time.monotonic()
            time.sleep(0.1)

    def wait_until_all_are_sent(self, acts: Sequence[story.Act]) -> bool:
        return until(lambda: self.tended() and not patiently(lambda: still_sending(acts)), PATIENCE_SECONDS)

    def let_late_receipts_go(self) -> None:
        self.stage.console.settings(weather={})
        self.stage.console.release()

    def told_since(self, acts: Sequence[story.Act], unknown: Unknown, at: float) -> Unknown:
        """Of those who were *unknown*, about whom we acknowledged a receipt after *at* (Unix seconds)."""
        spoken = [row for row in self.stage.console.ledger() if row["acknowledged"] and row["last_push_at"] >= at]
        names = {(act.gateway.slug, str(act.kind)): act.campaign.pk for act in acts}
        found: dict[int, set[str]] = {act.campaign.pk: set() for act in acts}
        for row in spoken:
            pk = names.get((row["provider"], row["kind"]))
            if pk is not None and row["verdict"] in TOLD and row["number"] in unknown[pk]:
                found[pk].add(row["number"])
        return {pk: frozenset(numbers) for pk, numbers in found.items()}

    def wait_until_known(self, acts: Sequence[story.Act], unknown: Unknown, at: float) -> Unknown:
        """Until all are known of whom the provider has spoken since *at*; who those are."""
        until(lambda: self.tended() and not self._still_unknown(acts, unknown, at), PATIENCE_SECONDS)
        return self.told_since(acts, unknown, at)

    def _still_unknown(self, acts: Sequence[story.Act], unknown: Unknown, at: float) -> bool:
        told, now = self.told_since(acts, unknown, at), self.unknown(acts)
        is_owed = bool(self.stage.console.health()["pending_pushes"])
        return is_owed or any(told[pk] & now[pk] for pk in told)

    def judged(self, acts: Sequence[story.Act], unknown_before: Unknown) -> list[Judgement]:
        """By the oracle of ``make chaos``. Everything was killed at once, so anybody may have been cut off."""
        for act in acts:
            act.campaign.refresh_from_db()
        everything = Kill("everything", time.time(), {act.campaign.pk: MANY for act in acts})
        books = patiently(lambda: read_books(acts, self.stage.console, [everything], unknown_before))
        return [judge(one) for one in books]
