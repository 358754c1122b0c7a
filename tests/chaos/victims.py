"""Who may be killed, and the moments at which it happens. Everything follows from the seed."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .crew import Crew, alive, children_of
from .stacks import Stack

SENDERS = "worker-send"
"""What the names of services begin with that may be in the middle of a request."""

UNTOUCHED = ("sandbox", "redis")
"""The oracle, and what is killed as the broker."""

DATABASE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: who, when (Unix seconds), and how many people were in requests then, by campaign."""

    victim: str
    at: float
    in_flight: Mapping[int, int]


def strands(victim: str) -> bool:
    """Whether a kill of *victim* may leave requests without an outcome."""
    return victim == "database" or victim.startswith(SENDERS)


@dataclass
class Killer:
    """Kills *most* times, on average every *pace* seconds. ``in_flight`` is asked right after each kill.

    ``only`` names the victims; empty: everybody.
    """

    crew: Crew
    stack: Stack
    chance: random.Random
    most: int
    pace: float
    in_flight: Callable[[], Mapping[int, int]]
    only: Collection[str] = ()
    kills: list[Kill] = field(default_factory=list)
    _next: float = 0.0

    @property
    def done(self) -> bool:
        return len(self.kills) >= self.most

    @property
    def victims(self) -> dict[str, int]:
        return dict(Counter(kill.victim for kill in self.kills))

    def turn(self) -> None:
        """Kill somebody if it is time to."""
        now = time.monotonic()
        if not self._next:
            self._next = now + self._pause()
        if self.done or now < self._next:
            return
        victim = self._choose()
        at = time.time()
        self._kill(victim)
        stranded = self.in_flight() if strands(victim) else {}
        self.kills.append(Kill(victim, at, stranded))
        print(f"    kill {len(self.kills)}: {victim}, {sum(stranded.values())} people in flight", flush=True)
        if victim in self.crew.names:
            self.crew.restart(victim)
        self._next = time.monotonic() + self._pause()

    def lost(self, victim: str, forgotten_for: float) -> None:
        """Write down a loss that somebody else has caused, and wait as after a kill. Who was in requests in what is left
        will never have an outcome."""
        self.kills.append(Kill(victim, time.time() - forgotten_for, self.in_flight()))
        self._next = time.monotonic() + self._pause()

    def _pause(self) -> float:
        return self.chance.uniform(0.3, 1.7) * self.pace

    def weights(self) -> dict[str, int]:
        """Everybody who may be killed, and how often in comparison."""
        services = [name for name in self.crew.names if name not in UNTOUCHED]
        found = {name: 5 if name.startswith(SENDERS) else 3 for name in services}
        found |= {"broker": 3, "database": 1} if self.stack.postgres else {"broker": 3}
        return {name: weight for name, weight in found.items() if not self.only or name in self.only}

    def _choose(self) -> str:
        possible = self.weights()
        return self.chance.choices(list(possible), list(possible.values()))[0]

    def _kill(self, victim: str) -> None:
        if victim == "broker":
            self._kill_broker()
        elif victim == "database":
            kill_postgres(self.stack)
        else:
            self.crew.kill(victim)

    def _kill_broker(self) -> None:
        """Redis dies with all its messages; the broker of files has no process, so about half of them are lost."""
        if self.stack.servers:
            self.crew.kill("redis")
            self.crew.restart("redis")
            return
        for message in sorted(Path(self.stack.environment["NOTIFYADMIN_VAR"], "broker", "messages").glob("*.msg")):
            if self.chance.random() < 0.5:
                message.unlink(missing_ok=True)


def kill_postgres(stack: Stack) -> None:
    """Kill the postmaster with -9 and start it again as soon as its children have gone.

    Where nobody fetches orphans, the dead postmaster stays a zombie that looks alive to its own lock files.
    """
    dead = stack.postgres.get_pid()
    children = children_of(dead)
    os.kill(dead, signal.SIGKILL)
    deadline = time.monotonic() + DATABASE_SECONDS
    while any(alive(pid) for pid in (dead, *children)):
        if time.monotonic() > deadline:
            raise RuntimeError("the children of the killed PostgreSQL did not end")
        time.sleep(0.05)
    for lock in ("postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (stack.postgres.pgdata / lock).unlink(missing_ok=True)
    stack.postgres.ensure_postgres_running()
