"""A push as it stands in the journal of the door: one line with its own check sum."""

import json
from base64 import b64decode, b64encode
from binascii import crc32
from dataclasses import dataclass, field
from uuid import uuid4

CHECK_DIGITS = 8


class Damaged(Exception):
    """A line is not what was written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One push: who sent it, what it said, and when it came (seconds since 1970, UTC).

    ``key`` is made once, so that an entry which is stored a second time is known.
    """

    address_id: int
    account_id: int
    door: str
    content_type: str
    body: bytes
    received_at: float
    truncated: bool = False
    key: str = field(default_factory=lambda: uuid4().hex)


def encode(entry: Entry) -> bytes:
    """The line, with its end."""
    body = b64encode(entry.body).decode()
    parts = (entry.key, entry.address_id, entry.account_id, entry.door, entry.content_type, entry.truncated)
    told = json.dumps([*parts, entry.received_at, body]).encode()
    return b"%08x %s\n" % (crc32(told), told)


def decode(line: bytes) -> Entry:
    """What :func:`encode` made of an entry, without its end. Raises Damaged."""
    check, _, told = line.partition(b" ")
    if len(check) != CHECK_DIGITS or check != b"%08x" % crc32(told):
        raise Damaged
    key, address_id, account_id, door, content_type, truncated, received_at, body = json.loads(told)
    return Entry(address_id, account_id, door, content_type, b64decode(body), received_at, truncated, key)
