"""Tags of contacts: how they are written, and how they stand in their column, ``|vip|north|``."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 40
ROOM = 300
"""Characters in the column."""

_BETWEEN = re.compile(r"[,;，；、|\n\r\t]+")


def read(text: str) -> list[str]:
    """The tags that somebody typed with commas between them: small letters, single blanks, each once, cut to fit."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    tags = (" ".join(_visible(part).split())[:LONGEST].strip() for part in _BETWEEN.split(plain))
    return list(dict.fromkeys(tag for tag in tags if tag))


def pack(tags: Iterable[str]) -> str:
    """For the column; those that find no room are left out."""
    packed = "|"
    for tag in tags:
        if len(packed) + len(tag) < ROOM:
            packed += f"{tag}|"
    return packed if len(packed) > 1 else ""


def unpack(column: str) -> list[str]:
    return [tag for tag in column.split("|") if tag]


def mark(tag: str) -> str:
    """What a column holds that has this tag."""
    return f"|{tag}|"


def _visible(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())
