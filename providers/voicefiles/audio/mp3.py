"""MP3: a row of frames, each with a header, between tags. Every frame is walked to, so that the length is counted.

Documents: ISO/IEC 11172-3 and 13818-3 (frames), id3.org (tags), the Xing and VBRI headers as encoders write them.
"""

from dataclasses import dataclass
from struct import unpack_from

from .facts import AudioFacts, Content, damaged, truncated
from .tags import blank_until, end_of_sound, tag_at

BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
"""Sample rates by the two bits of the version: 3 is MPEG-1, 2 is MPEG-2, 0 is MPEG-2.5."""
LAYER_3 = 1
MONO = 3
LONGEST_FRAME = 1441 * 2
LEAST_FRAMES = 3
"""As many in a row are no accident."""
MOST_TAGS = 1000
"""A file of nothing but empty tags has a million of them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The header of one frame: ``size`` in bytes with the header, ``samples`` per channel."""

    version: int
    rate: int
    channels: int
    size: int
    samples: int

    def fits(self, other: "Frame") -> bool:
        """Whether both can belong to the same sound."""
        return (self.version, self.rate) == (other.version, other.rate)


@dataclass(frozen=True, slots=True)
class Announced:
    """How many frames the file says that it has, and how many fewer may be there."""

    frames: int
    slack: int


def read(content: Content) -> AudioFacts:
    """Facts about an MP3. Raises Unfit when frames are missing, cut or mixed with something else."""
    end = end_of_sound(content)
    start = _start(content, end)
    first = frame_at(content, start)
    if first is None:
        raise damaged("mp3")
    announced = announced_at(content, start, first)
    frames = _walk(content, start, end, first) - (1 if announced else 0)
    if announced and frames + announced.slack < announced.frames:
        raise truncated()
    return AudioFacts("mp3", frames * first.samples / first.rate, first.rate, first.channels)


def frame_at(content: Content, position: int) -> Frame | None:
    """The frame whose header stands at *position*, or None where no header can be read."""
    head = content[position : position + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer != LAYER_3 or bitrate in (0, 15) or rate == 3 or head[3] & 3 == 2:
        return None
    samples = 1152 if version == 3 else 576
    kilobits = (BITRATES_1 if version == 3 else BITRATES_2)[bitrate]
    hertz = RATES[version][rate]
    size = samples // 8 * kilobits * 1000 // hertz + (head[2] >> 1 & 1)
    return Frame(version, hertz, 1 if head[3] >> 6 == MONO else 2, size, samples)


def first_frame(content: Content, start: int) -> int | None:
    """Where the first of several frames in a row begins: at *start*, or after what is left of a cut one."""
    for position in range(start, min(start + LONGEST_FRAME, len(content))):
        if content[position] == 0xFF and _are_frames(content, position):
            return position
    return None


def _are_frames(content: Content, position: int) -> bool:
    first = frame_at(content, position)
    for _ in range(LEAST_FRAMES):
        frame = frame_at(content, position)
        if first is None or frame is None or not frame.fits(first):
            return False
        position += frame.size
    return True


def _start(content: Content, end: int) -> int:
    """Where the sound begins, behind tags and blank bytes."""
    position = 0
    for _ in range(MOST_TAGS):
        position += tag_at(content, position)
    if position > end:
        raise truncated()
    position = blank_until(content, position, end)
    start = first_frame(content, position)
    if start is None:
        raise truncated() if _is_short(content, position, end) else damaged("mp3")
    return start


def _is_short(content: Content, position: int, end: int) -> bool:
    """Whether the sound ends within its first frames, so that there are too few to be sure of it."""
    frame = frame_at(content, position)
    return position >= end or (frame is not None and position + LEAST_FRAMES * frame.size >= end)


def _walk(content: Content, position: int, end: int, first: Frame) -> int:
    """How many frames there are up to *end*. Raises Unfit when the last is cut or something else stands between."""
    count = tags = 0
    while position < end:
        frame = frame_at(content, position)
        if frame is not None and frame.fits(first):
            count += 1
            position += frame.size
        elif tags < MOST_TAGS and (size := tag_at(content, position)):
            position += size
            tags += 1
        elif blank_until(content, position, end) == end:
            return count
        else:
            raise truncated() if end - position < 4 else damaged("mp3")
    if position > end:
        raise truncated()
    return count


def announced_at(content: Content, start: int, first: Frame) -> Announced | None:
    """What the first frame says about all of them, if it is one that holds no sound but says such things."""
    side = (17 if first.channels == 1 else 32) if first.version == 3 else (9 if first.channels == 1 else 17)
    body = content[start : start + first.size]
    if body[4 + side : 8 + side] in (b"Xing", b"Info"):
        return _xing(body, 4 + side)
    if body[36:40] == b"VBRI" and len(body) >= 54:
        return Announced(unpack_from(">I", body, 50)[0], 1)
    return None


def _xing(body: bytes, position: int) -> Announced:
    flags = unpack_from(">I", body, position + 4)[0] if len(body) >= position + 8 else 0
    if not flags & 1 or len(body) < position + 12:
        return Announced(0, 0)
    # Encoders that sign it count the frames behind this one; older ones count this one too.
    signed = any(sign in body for sign in (b"LAME", b"Lavf", b"Lavc"))
    return Announced(unpack_from(">I", body, position + 8)[0], 0 if signed else 1)
