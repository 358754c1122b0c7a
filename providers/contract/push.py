"""Pushes: HTTP requests from a provider to us."""

from dataclasses import dataclass

from .events import Event
from .words import Words


@dataclass(frozen=True, slots=True)
class PushDoor:
    """One address that staff copy into the provider's console: last part of its path, and what it is for."""

    name: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the provider takes as "received"; anything else makes it push again."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class PushBody:
    """A push as it was kept: the door it came through, its content type and its bytes."""

    door: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class PushReading:
    """The events of a push in their order, or the problem that made it unreadable (then no events)."""

    events: tuple[Event, ...] = ()
    problem: Words | None = None
