"""Whether an uploaded file is a recording that the providers take: decided by its content, never by its name alone.

Pure: bytes in, facts or a problem in words out. Nothing is decoded; what is checked is that the file is what it says,
that all of it is there, and how long it is. A cut that leaves a whole file (an MP3 between two frames, without a count
of frames in it) is one that nobody can see.
"""

from collections.abc import Callable, Mapping

from providers.contract.words import Words, gettext_noop

from . import m4a, mp3, wav
from .facts import AudioFacts, Content, Limits, Unfit
from .kinds import format_of, kind_of

__all__ = ("READERS", "AudioFacts", "Content", "Limits", "examine", "megabytes", "shown")

READERS: Mapping[str, Callable[[Content], AudioFacts]] = {"mp3": mp3.read, "m4a": m4a.read, "wav": wav.read}
"""Every format that can be checked, by its suffix."""

SUFFIXES = {"mp3": "mp3", "m4a": "m4a", "mp4": "m4a", "m4b": "m4a", "wav": "wav", "wave": "wav"}
"""Which format a name promises. Other names promise nothing."""

EMPTY = gettext_noop("The file is empty. Allowed are %(formats)s. Export the recording again, then upload it.")
NO_SOUND = gettext_noop("There is no sound in this file. Allowed are %(formats)s. Export the recording again.")
STRANGE = gettext_noop(
    "The content of this file is no recording that can be used, whatever its name says. Allowed are %(formats)s."
)
FOUND = gettext_noop("The content of this file is %(found)s, whatever its name says. Allowed are %(formats)s.")
NOT_TAKEN = gettext_noop(
    "The content of this file is %(found)s, which no provider here takes. Allowed are %(formats)s."
)
RENAMED = gettext_noop(
    "The name ends in .%(suffix)s, but the content is %(found)s. Give it its right ending, .%(right)s, and upload it "
    "again. Allowed are %(formats)s."
)
TOO_BIG = gettext_noop(
    "The file is too big: %(megabytes)s MB. At most %(most)s MB are allowed. Export it with a lower bit rate or make "
    "it shorter."
)
TOO_LONG = gettext_noop(
    "The recording is too long: %(minutes)s minutes. At most %(most)s minutes are allowed. Make it shorter."
)


def examine(content: Content, name: str, limits: Limits) -> AudioFacts | Words:
    """What the recording is, or why it is not taken. *name* is only asked whether it contradicts the content."""
    try:
        return _examined(content, name, limits)
    except Unfit as problem:
        return Words(problem.words.text, {"formats": shown(limits.formats), **problem.words.values})


def shown(formats: tuple[str, ...]) -> str:
    """Formats as staff read them."""
    return ", ".join(name.upper() for name in formats)


def _examined(content: Content, name: str, limits: Limits) -> AudioFacts:
    if not len(content):
        raise Unfit(Words(EMPTY))
    if len(content) > limits.max_bytes:
        raise Unfit(Words(TOO_BIG, {"megabytes": megabytes(len(content)), "most": megabytes(limits.max_bytes)}))
    format_ = format_of(content)
    _check_kind(content, name, format_, limits)
    facts = READERS[format_](content)
    if facts.seconds <= 0:
        raise Unfit(Words(NO_SOUND))
    if facts.seconds > limits.max_seconds:
        raise Unfit(
            Words(TOO_LONG, {"minutes": _minutes(facts.seconds), "most": _minutes(limits.max_seconds)}),
        )
    return facts


def _check_kind(content: Content, name: str, format_: str, limits: Limits) -> None:
    if not format_:
        found = kind_of(content)
        raise Unfit(Words(FOUND, {"found": found}) if found else Words(STRANGE))
    if format_ not in limits.formats:
        raise Unfit(Words(NOT_TAKEN, {"found": format_.upper()}))
    suffix = name.rpartition(".")[2].lower()
    if SUFFIXES.get(suffix, format_) != format_:
        raise Unfit(Words(RENAMED, {"suffix": suffix, "found": format_.upper(), "right": format_}))


def megabytes(size: int) -> str:
    """*size* in bytes as a number of megabytes for reading."""
    return f"{size / 2**20:.4g}"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.4g}"
