"""Voice files at the platform in the sandbox, as the pages of fileUpload and fileQuery describe them.

The pages name codes and not which mistake gets which. Decided here: -22 for a member that is missing or has the wrong
form, -20 for a name that is taken, -21 for a content that is no voice file.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from providers.contract.books import StoredFile

from .sandbox_checks import Refusal
from .sandbox_records import page_of

CHINA = timezone(timedelta(hours=8))
REASONS = {"-20": "Data already exists", "-21": "Data verification failed"}
NAME = re.compile(r"(?=.{5,32}\Z)[^/\\\x00-\x1f\x7f]+\.(mp3|m4a|wav)")

REFUSED_WORD = "refused"
EFFECTS = {"unclear-taken": "920", "unclear-lost": "921"}
"""Words in a name to the digits of the outcome that its upload meets: cut off after it was taken, and before."""


def uploaded(body: Mapping[str, Any], known: Collection[str], at: float, seed: str) -> StoredFile:
    """The file of a voice/fileUpload request, checked. *known* are the names that are taken, *seed* makes its id."""
    name, encoded = body.get("fileName"), body.get("file")
    if not isinstance(name, str) or not NAME.fullmatch(name) or not isinstance(encoded, str) or not encoded:
        raise Refusal("-22")
    if name in known:
        raise Refusal("-20")
    content = _decoded(encoded)
    if REFUSED_WORD in name or not _is_voice(content):
        raise Refusal("-21")
    day = datetime.fromtimestamp(at, CHINA).strftime("%Y%m%d")
    digest = hashlib.md5(f"{seed} {name}".encode()).hexdigest()
    return StoredFile(f"1{day}0{digest}.{name.rpartition('.')[2]}", name, len(content))


def listed(body: Mapping[str, Any], files: Sequence[StoredFile]) -> dict[str, object]:
    """fileQuery: one page of the files."""
    rows, facts = page_of(files, body)
    return {"data": {**facts, "records": [{"fileId": file.id, "fileName": file.name} for file in rows]}}


def effect_of(name: str) -> str:
    """The digits of the outcome that a file of this name asks for, or ``""``."""
    return next((digits for word, digits in EFFECTS.items() if word in name), "")


def _decoded(encoded: str) -> bytes:
    """Plain Base64; the prefix of a data URI has signs that are none of it."""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal("-21") from None


def _is_voice(content: bytes) -> bool:
    """Whether it begins like an mp3 (tag or frame), a wav or an m4a."""
    frame = content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE0 == 0xE0
    wave = content[:4] == b"RIFF" and content[8:12] == b"WAVE"
    return frame or wave or content[:3] == b"ID3" or content[4:8] == b"ftyp"
