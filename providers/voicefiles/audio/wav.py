"""WAV: chunks in a RIFF file. Only PCM, which is what every player and provider understands.

Document: "Multimedia Programming Interface and Data Specifications 1.0", and its WAVEFORMATEXTENSIBLE.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack, unpack_from

from providers.contract.words import Words, gettext_noop

from .facts import AudioFacts, Content, Unfit, damaged, truncated

PCM, EXTENSIBLE = 0x0001, 0xFFFE
DEPTHS = (8, 16, 24, 32)
MOST_CHANNELS = 8
MOST_CHUNKS = 1000
NOT_PCM = gettext_noop(
    "The sound in this WAV file is stored in a way that not everybody can play. Save it as WAV with PCM, 16 bit, or "
    "as another of the allowed formats: %(formats)s."
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """``start`` is where its content begins."""

    name: bytes
    start: int
    size: int


def read(content: Content) -> AudioFacts:
    """Facts about a WAV file. Raises Unfit when it is incomplete or not PCM."""
    chunks = list(_chunks(content))
    found = {chunk.name: chunk for chunk in reversed(chunks)}
    data, form = found.get(b"data"), found.get(b"fmt ")
    if data is None or form is None:
        raise truncated() if _announced(content) > len(content) else damaged("wav")
    rate, channels, bytes_per_second = _form(content, form)
    return AudioFacts("wav", data.size / bytes_per_second, rate, channels)


def _announced(content: Content) -> int:
    """How many bytes the file says that it has."""
    return int(unpack_from("<I", content, 4)[0]) + 8


def _chunks(content: Content) -> Iterator[Chunk]:
    """All chunks of the file. Raises Unfit when the last is not whole; only the byte that fills it up may be missing.

    What lies behind the announced end is nobody's: tags that players put there.
    """
    end = _announced(content)
    if end > len(content) + 1:
        raise truncated()
    position = 12
    for _ in range(MOST_CHUNKS):
        if position + 8 > min(end, len(content)):
            return
        name, size = unpack("<4sI", content[position : position + 8])
        if position + 8 + size > len(content):
            raise truncated()
        yield Chunk(name, position + 8, size)
        position += 8 + size + size % 2
    raise damaged("wav")


def _form(content: Content, form: Chunk) -> tuple[int, int, int]:
    """Sample rate, channels and bytes per second. Raises Unfit when it is not PCM or contradicts itself."""
    if form.size < 16:
        raise damaged("wav")
    tag, channels, rate, bytes_per_second, block, depth = unpack_from("<HHIIHH", content, form.start)
    if tag == EXTENSIBLE and form.size >= 40:
        tag = unpack_from("<H", content, form.start + 24)[0]
    if tag != PCM or depth not in DEPTHS:
        raise Unfit(Words(NOT_PCM))
    if not (1 <= channels <= MOST_CHANNELS and rate and block == channels * depth // 8):
        raise damaged("wav")
    if bytes_per_second != rate * block:
        raise damaged("wav")
    return rate, channels, bytes_per_second
