"""Words that people read, written in English here and translated where they are shown."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
        """For a text column: the catalog key itself, or JSON of it and its values when it names some."""
        if not self.values:
            return self.text
        return json.dumps({"text": self.text, "values": dict(self.values)}, ensure_ascii=False, default=str)

    @classmethod
    def unpack(cls, packed: str) -> "Words":
        """What :meth:`pack` made."""
        if not packed.startswith('{"text"'):
            return cls(packed)
        return cls(**json.loads(packed))
