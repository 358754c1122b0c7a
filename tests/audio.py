"""Recordings made by hand, whole and broken, so that no test needs one from elsewhere."""

import io
import zipfile
from struct import pack

PCM_GUID_REST = bytes.fromhex("000000001000800000aa00389b71")


def chunk(name: bytes, content: bytes, *, pad: bool = True) -> bytes:
    return name + pack("<I", len(content)) + content + (b"\0" if pad and len(content) % 2 else b"")


def riff(kind: bytes, content: bytes) -> bytes:
    return b"RIFF" + pack("<I", 4 + len(content)) + kind + content


def wav_form(rate: int = 8000, channels: int = 1, depth: int = 16, tag: int = 1) -> bytes:
    block = channels * depth // 8
    return pack("<HHIIHH", tag, channels, rate, rate * block, block, depth)


def wav(seconds: float = 1, rate: int = 8000, channels: int = 1, depth: int = 16, **parts: bytes) -> bytes:
    """PCM. *parts*: ``before`` and ``behind`` are chunks around the sound, ``form`` replaces the usual one."""
    form = parts.get("form") or wav_form(rate, channels, depth)
    sound = bytes(round(seconds * rate) * channels * depth // 8)
    inside = chunk(b"fmt ", form) + parts.get("before", b"") + chunk(b"data", sound) + parts.get("behind", b"")
    return riff(b"WAVE", inside)


def extensible_form(rate: int = 8000, channels: int = 1, depth: int = 16) -> bytes:
    return wav_form(rate, channels, depth, tag=0xFFFE) + pack("<HHI", 22, depth, 4) + b"\1\0" + PCM_GUID_REST


LIST = chunk(b"LIST", b"INFOISFT" + pack("<I", 5) + b"made\0\0")


def mp3_frame(version: int = 1, bitrate: int = 9, rate: int = 0, mono: bool = True, body: bytes = b"") -> bytes:
    """A frame of silence. *bitrate* and *rate* are the numbers in the header: 9 and 0 are 128 kbit/s and 44.1 kHz."""
    rates = (44100, 48000, 32000)[rate] // {1: 1, 2: 2, 25: 4}[version]
    tables = {
        1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
        2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    }
    kilobits = tables[1 if version == 1 else 2][bitrate]
    size = (144 if version == 1 else 72) * kilobits * 1000 // rates
    second = {1: 0xFB, 2: 0xF3, 25: 0xE3}[version]
    head = bytes([0xFF, second, bitrate << 4 | rate << 2, 0xC0 if mono else 0x00])
    return head + body.ljust(size - 4, b"\0")


def mp3(frames: int = 40, **how: int | bool) -> bytes:
    return mp3_frame(**how) * frames  # type: ignore[arg-type]


def xing(frames: int, name: bytes = b"Info", encoder: bytes = b"LAME3.100", mono: bool = True) -> bytes:
    """The frame that says how many frames of sound follow."""
    counted = name + pack(">II", 1, frames) + bytes(8) + encoder
    return mp3_frame(mono=mono, body=bytes(17 if mono else 32) + counted)


def vbri(frames: int) -> bytes:
    return mp3_frame(body=bytes(32) + b"VBRI" + pack(">HHHII", 1, 0, 0, 0, frames))


def id3(content: bytes = b"TIT2\0\0\0\x06\0\0\0hello", padding: int = 200) -> bytes:
    size = len(content) + padding
    synchsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + synchsafe + content + bytes(padding)


ID3_OLD = b"TAG" + b"hello".ljust(125, b"\0")


def ape() -> bytes:
    item = pack("<II", 5, 0) + b"Title\0hello"
    size = len(item) + 32
    head = b"APETAGEX" + pack("<IIII", 2000, size, 1, 0xA0000000) + bytes(8)
    return head + item + b"APETAGEX" + pack("<IIII", 2000, size, 1, 0x80000000) + bytes(8)


def box(name: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return pack(">I4s", 8 + len(content), name) + content


def full(name: bytes, *contents: bytes) -> bytes:
    return box(name, bytes(4), *contents)


FTYP = box(b"ftyp", b"M4A ", pack(">I", 512), b"M4A mp42isom")


def aac_entry(rate: int = 44100, channels: int = 1) -> bytes:
    rates = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000)
    config = pack(">H", 2 << 11 | rates.index(rate) << 7 | channels << 3)
    specific = b"\x05" + bytes([len(config)]) + config
    decoder = bytes([0x40, 0x15]) + bytes(3) + pack(">II", 64000, 64000) + specific
    inner = bytes(2) + b"\0" + b"\x04" + bytes([len(decoder)]) + decoder + b"\x06\x01\x02"
    esds = full(b"esds", b"\x03" + bytes([len(inner)]) + inner)
    sound = pack(">HHHHI", channels, 16, 0, 0, rate << 16)
    return box(b"mp4a", bytes(6), pack(">H", 1), bytes(8), sound, esds)


def track(kind: bytes, entry: bytes, frames: int, size: int, offset: int, units: int = 44100) -> bytes:
    """A track of *frames* samples of 1024 units, all in one chunk at *offset*."""
    header = full(b"mdhd", bytes(8), pack(">II", units, frames * 1024), bytes(4))
    handler = full(b"hdlr", bytes(4), kind, bytes(12), b"\0")
    tables = box(
        b"stbl",
        full(b"stsd", pack(">I", 1), entry),
        full(b"stts", pack(">III", 1, frames, 1024)),
        full(b"stsc", pack(">IIII", 1, 1, frames, 1)),
        full(b"stsz", pack(">II", 0, frames), pack(">I", size) * frames),
        full(b"stco", pack(">II", 1, offset)),
    )
    return box(b"trak", full(b"tkhd", bytes(80)), box(b"mdia", header, handler, box(b"minf", full(b"smhd"), tables)))


def m4a(
    frames: int = 50, *, moov_first: bool = False, kind: bytes = b"soun", entry: bytes = b"", size: int = 20
) -> bytes:
    """AAC (its frames are only zeros) in an M4A, with what describes it before or behind the sound."""
    media = box(b"mdat", bytes(size * frames))
    entry = entry or aac_entry()

    def moov(offset: int) -> bytes:
        return box(b"moov", full(b"mvhd", bytes(96)), track(kind, entry, frames, size, offset))

    if moov_first:
        return FTYP + moov(len(FTYP) + len(moov(0)) + 8) + media
    return FTYP + media + moov(len(FTYP) + 8)


def video_entry() -> bytes:
    return box(b"avc1", bytes(6), pack(">H", 1), bytes(70))


def zipped() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("hello.txt", "hello " * 2000)
    return written.getvalue()


GOOD = {
    "plain.wav": wav(),
    "stereo.wav": wav(rate=44100, channels=2),
    "quiet.wav": wav(depth=8, seconds=0.5),
    "deep.wav": wav(depth=24, rate=48000),
    "odd.wav": wav(depth=8, rate=8001),
    "unpadded.wav": riff(b"WAVE", chunk(b"fmt ", wav_form(depth=8)) + chunk(b"data", bytes(801), pad=False)),
    "titled.wav": wav(behind=LIST),
    "titled first.wav": wav(before=LIST),
    "extensible.wav": wav(form=extensible_form()),
    "tagged.wav": wav() + id3(),
    "CAPITALS.WAV": wav(),
    "no suffix": wav(),
    "plain.mp3": mp3(),
    "stereo.mp3": mp3(mono=False),
    "slow.mp3": mp3(version=2, bitrate=4),
    "slowest.mp3": mp3(version=25, bitrate=1, rate=2),
    "variable.mp3": b"".join(mp3_frame(bitrate=rate) for rate in (5, 9, 11, 7) * 10),
    "titled.mp3": id3() + mp3(),
    "titled twice.mp3": id3() + id3(padding=0) + mp3(),
    "old title.mp3": mp3() + ID3_OLD,
    "ape.mp3": mp3() + ape(),
    "ape and old title.mp3": id3() + mp3() + ape() + ID3_OLD,
    "counted.mp3": xing(40) + mp3(),
    "counted, variable.mp3": id3() + xing(40, b"Xing") + mp3(),
    "counted, stereo.mp3": xing(40, mono=False) + mp3(mono=False),
    "counted with itself.mp3": xing(41, b"Xing", b"") + mp3(),
    "vbri.mp3": vbri(40) + mp3(),
    "blank end.mp3": mp3() + bytes(500),
    "blank start.mp3": id3() + bytes(700) + mp3(),
    "out of a stream.mp3": mp3_frame()[200:] + mp3(),
    "joined.mp3": mp3() + id3() + mp3(),
    "plain.m4a": m4a(),
    "moov first.m4a": m4a(moov_first=True),
    "stereo.m4a": m4a(entry=aac_entry(48000, 2)),
    "free.m4a": m4a() + box(b"free", bytes(40)),
    "named.mp4": m4a(),
}
"""Recordings that are taken, by the names under which they come."""

WHOLE = ("plain.wav", "titled.wav", "stereo.wav", "plain.mp3", "titled.mp3", "old title.mp3", "counted.mp3")
WHOLE_BOXES = ("plain.m4a", "moov first.m4a")
