"""What the door does with a push, however it came in: check, keep, answer. What it means is read later."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from providers import registry, secrets
from providers.contract.gateway import Gateway
from providers.contract.push import Acknowledgement, PushBody

from .book import Book, CannotTell, Known
from .draining import Drainer
from .entries import Entry, encode
from .journal import Journal, NotKept

logger = logging.getLogger(__name__)

TOO_LARGE_KEPT = 64 * 1024
"""What is kept of a body that is larger than PUSH_MAX_BYTES. It cannot be read, so its beginning is enough to see."""
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to the provider."""

    status: int
    body: bytes = b""
    content_type: str = TEXT
    headers: tuple[tuple[str, str], ...] = ()


NOT_FOUND = Answer(404, b"not found")
ONLY_POST = Answer(405, b"only POST", headers=(("Allow", "POST"),))
LATER = Answer(503, b"try again", headers=(("Retry-After", "30"),))
"""The push could not be kept, or nobody can say whether its token is right: the provider is to push it again."""


@dataclass(frozen=True, slots=True)
class Push:
    """A request to the door; ``read`` gives at most so many bytes of its body, ``length`` is what was told of it."""

    method: str
    token: str = field(repr=False)
    door: str
    content_type: str
    read: Callable[[int], bytes] = field(repr=False)
    length: int | None = None


def answer(push: Push) -> Answer:
    """Keep a push and say what its provider takes as received. It is safe on the disk when this returns."""
    if push.method != "POST":
        return ONLY_POST
    try:
        known = book().find(secrets.hash_push_token(push.token))
    except CannotTell:
        return LATER
    gateway = _gateway(known.provider) if known else None
    if known is None or gateway is None or push.door not in _doors(gateway):
        return NOT_FOUND
    return _taken(push, known, gateway)


@lru_cache(maxsize=1)
def book() -> Book:
    """The open addresses, of this process."""
    return Book(Path(settings.PUSH_FOLDER) / "addresses.json")


@lru_cache(maxsize=1)
def journal() -> Journal:
    """The journal of this process, which a thread empties into the database."""
    made = Journal(Path(settings.PUSH_FOLDER), settings.PUSH_WAITING_MAX_BYTES)
    Drainer(made).start()
    return made


def _taken(push: Push, known: Known, gateway: Gateway) -> Answer:
    body = push.read(settings.PUSH_MAX_BYTES + 1)
    if push.length is not None and len(body) < min(push.length, settings.PUSH_MAX_BYTES + 1):
        # Whoever pushed is gone. Half a receipt may look like a whole one that says something else.
        return LATER
    body, truncated = _kept(body)
    content_type = push.content_type[:200]
    of = (known.address_id, known.account_id, push.door, content_type)
    try:
        journal().append(encode(Entry(*of, body, time.time(), truncated)))
    except NotKept as error:
        logger.error("A push could not be kept, and was not acknowledged: %s", error or type(error).__name__)
        return LATER
    said: Acknowledgement = gateway.acknowledge(PushBody(push.door, content_type, body))
    return Answer(said.status, said.body, said.content_type)


def _kept(body: bytes) -> tuple[bytes, bool]:
    if len(body) <= settings.PUSH_MAX_BYTES:
        return body, False
    return body[: min(TOO_LARGE_KEPT, settings.PUSH_MAX_BYTES)], True


def _gateway(provider: str) -> Gateway | None:
    try:
        return registry.get(provider)
    except registry.UnknownGateway:
        return None


def _doors(gateway: Gateway) -> set[str]:
    return {door.name for door in gateway.doors}
