"""M4A: boxes in boxes. The sound lies in ``mdat``, and ``moov`` says where each piece of it is.

Document: ISO/IEC 14496-12 (boxes), 14496-14 (sound in them).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from operator import mul
from struct import error as StructError
from struct import unpack, unpack_from

from mutagen.mp4 import ASEntryError, Atom, AtomError, AudioSampleEntry  # type: ignore[attr-defined]

from providers.contract.words import Words, gettext_noop

from .facts import AudioFacts, Content, Unfit, damaged, truncated
from .samples import lie_within, numbers

MOST_BOXES = 10_000
LARGEST_ENTRY = 64 * 1024
PICTURES = (b"jpeg", b"png ")
"""Tracks of still pictures: chapters and covers."""
NO_SOUND_TRACK = gettext_noop("There is no sound in this file. Allowed are recordings as %(formats)s.")
VIDEO = gettext_noop("This file is a video. Allowed are recordings as %(formats)s: export the sound alone.")
PIECES = gettext_noop(
    "This recording is stored in pieces, as for streaming, which not everybody can play. Export it as an ordinary "
    "file. Allowed are %(formats)s."
)
CODEC = gettext_noop("The sound in this file is of the kind %(found)s. Allowed are %(formats)s, in an M4A only AAC.")


@dataclass(frozen=True, slots=True)
class Box:
    """``start`` is where its content begins, ``end`` where the next box does."""

    name: bytes
    start: int
    end: int


def read(content: Content) -> AudioFacts:
    """Facts about an M4A. Raises Unfit when it is incomplete, a video, or of a kind that cannot be checked."""
    top = list(boxes(content, 0, len(content)))
    moov = next((box for box in top if box.name == b"moov"), None)
    if moov is None:
        raise truncated()
    tracks = [_parts(content, trak) for trak in _within(content, moov, b"trak")]
    sounds = [track for track in tracks if _kind(content, track) == b"soun"]
    if any(_is_video(content, track) for track in tracks):
        raise Unfit(Words(VIDEO))
    if not sounds:
        raise Unfit(Words(NO_SOUND_TRACK))
    if any(box.name == b"moof" for box in top):
        raise Unfit(Words(PIECES))
    media = [(box.start, box.end) for box in top if box.name == b"mdat"]
    return _facts(content, sounds[0], media)


def boxes(content: Content, start: int, end: int) -> Iterator[Box]:
    """The boxes between two positions. Raises Unfit when one reaches beyond the end."""
    for _ in range(MOST_BOXES):
        if start == end:
            return
        if end - start < 8:
            raise truncated()
        size, name = unpack(">I4s", content[start : start + 8])
        head = 8
        if size == 1 and end - start >= 16:
            head, size = 16, unpack_from(">Q", content, start + 8)[0]
        elif size == 0:
            size = end - start
        if size < head:
            raise damaged("m4a")
        if start + size > end:
            raise truncated()
        yield Box(name, start + head, start + size)
        start += size
    raise damaged("m4a")


def _within(content: Content, box: Box, name: bytes) -> list[Box]:
    return [inner for inner in boxes(content, box.start, box.end) if inner.name == name]


def _parts(content: Content, trak: Box) -> dict[bytes, Box]:
    """What is known about a track, by the names of the boxes that say it."""
    found: dict[bytes, Box] = {}
    inside = [trak]
    for name in (b"mdia", b"minf", b"stbl"):
        inside = [inner for box in inside for inner in _within(content, box, name)][:1]
        for box in inside:
            found.update((inner.name, inner) for inner in boxes(content, box.start, box.end))
    return found


def _kind(content: Content, track: dict[bytes, Box]) -> bytes:
    handler = track.get(b"hdlr")
    return bytes(content[handler.start + 8 : handler.start + 12]) if handler else b""


def _is_video(content: Content, track: dict[bytes, Box]) -> bool:
    return _kind(content, track) == b"vide" and _entry_name(content, track) not in PICTURES


def _entry_name(content: Content, track: dict[bytes, Box]) -> bytes:
    entries = track.get(b"stsd")
    return bytes(content[entries.start + 12 : entries.start + 16]) if entries else b""


def _facts(content: Content, track: dict[bytes, Box], media: list[tuple[int, int]]) -> AudioFacts:
    if not {b"mdhd", b"stsd", b"stts", b"stsc", b"stsz"} <= track.keys() or not {b"stco", b"co64"} & track.keys():
        raise damaged("m4a")
    described = _described(content, track)
    tables = {name: _inside(content, box) for name, box in track.items() if name[:2] in (b"st", b"co")}
    try:
        if not lie_within(tables, media):
            raise truncated()
        seconds = _seconds(_inside(content, track[b"mdhd"]), tables[b"stts"])
    except (StructError, IndexError, ValueError, ArithmeticError) as error:
        raise damaged("m4a") from error
    return AudioFacts("m4a", seconds, described.sample_rate, described.channels)


def _inside(content: Content, box: Box) -> bytes:
    return bytes(content[box.start : box.end])


def _described(content: Content, track: dict[bytes, Box]) -> AudioSampleEntry:
    """How the sound is stored. Raises Unfit for everything but AAC and its lossless sister."""
    entries = track[b"stsd"]
    name = _entry_name(content, track)
    if name not in (b"mp4a", b"alac"):
        raise Unfit(Words(CODEC, {"found": name.decode("ascii", "replace").strip()}))
    entry = BytesIO(content[entries.start + 8 : min(entries.end, entries.start + LARGEST_ENTRY)])
    try:
        described = AudioSampleEntry(Atom(entry), entry)  # type: ignore[no-untyped-call]
    except (ASEntryError, AtomError, StructError, ValueError, IndexError, OverflowError) as error:
        raise damaged("m4a") from error
    if not described.sample_rate or not described.channels:
        raise damaged("m4a")
    return described


def _seconds(header: bytes, times: bytes) -> float:
    """The length that the header and the table of times tell, the longer one: neither hides what is there."""
    version = header[0]
    units, length = unpack_from(">IQ" if version == 1 else ">II", header, 20 if version == 1 else 12)
    if not units:
        raise ValueError("a second has no units")
    pairs = numbers(times, 8, 2 * unpack_from(">I", times, 4)[0])
    added = sum(map(mul, pairs[0::2], pairs[1::2]))
    return float(max(added, length if length < 2**32 - 1 else 0) / units)
