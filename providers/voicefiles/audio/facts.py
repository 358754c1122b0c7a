"""What is known about a recording, and what is allowed."""

from dataclasses import dataclass
from mmap import mmap

from providers.contract.words import Words, gettext_noop

Content = bytes | mmap
"""A whole file; a mapped one is read from disk only where it is looked at."""

TRUNCATED = gettext_noop(
    "The file is incomplete: it ends before everything that it announces, as after a broken download or copy. Allowed "
    "are whole files of the formats %(formats)s. Export or download it again."
)
DAMAGED = gettext_noop(
    "The file begins like %(found)s, but it cannot be read as such. Allowed are %(formats)s. Export it again."
)


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """``format`` is its suffix without dot, ``sample_rate`` in hertz."""

    format: str
    seconds: float
    sample_rate: int
    channels: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken: ``formats`` as suffixes without dot, and the most bytes and seconds."""

    formats: tuple[str, ...]
    max_bytes: int
    max_seconds: float


class Unfit(Exception):
    """The file is not taken; ``words`` say why. They may name ``formats``, which are filled in later."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.text)
        self.words = words


def truncated() -> Unfit:
    return Unfit(Words(TRUNCATED))


def damaged(format_: str) -> Unfit:
    return Unfit(Words(DAMAGED, {"found": format_.upper()}))
