"""Words that people read, written in English here and translated where they are shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SEPARATOR = "\x1f"


def gettext_noop(text: str) -> str:
    """Mark *text* for translation without translating it; the screen translates when it shows it."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence for staff: an English source text (the catalog key) and the values it names in ``%(name)s``."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text

    def pack(self) -> str:
        """One line for a text column: the catalog key, and its values behind a unit separator if there are any."""
        return f"{self.text}{_SEPARATOR}{json.dumps(dict(self.values), default=str)}" if self.values else self.text

    @classmethod
    def unpack(cls, packed: str) -> "Words":
        """What :meth:`pack` made."""
        text, _, values = packed.partition(_SEPARATOR)
        return cls(text, json.loads(values) if values else {})
