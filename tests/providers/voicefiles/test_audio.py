"""What is taken as a recording: none wrongly accepted, none wrongly refused."""

import io
import os
import tracemalloc
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.wave import WAVE

from providers.contract.words import Words
from providers.voicefiles.audio import AudioFacts, Limits, examine
from tests import audio

OTHERS = {"mp3": MP3, "m4a": MP4, "wav": WAVE}
LIMITS = Limits(("mp3", "m4a", "wav"), 10 * 2**20, 600)
BIG = Limits(("mp3", "m4a", "wav"), 10 * 2**30, 600)


def why(content: bytes | mmap, name: str = "hello.mp3", limits: Limits = LIMITS) -> str:
    """The words of the refusal; fails when the file is taken."""
    found = examine(content, name, limits)
    assert isinstance(found, Words), found
    return str(found)


@pytest.mark.parametrize("name", audio.GOOD)
def test_a_good_recording_is_taken(name: str) -> None:
    assert isinstance(examine(audio.GOOD[name], name, LIMITS), AudioFacts)


@pytest.mark.parametrize("name", [name for name in audio.GOOD if not name.startswith(("out of", "blank", "joined"))])
def test_another_reader_finds_the_same_facts(name: str) -> None:
    ours = examine(audio.GOOD[name], name, LIMITS)
    assert isinstance(ours, AudioFacts)
    theirs = OTHERS[ours.format](io.BytesIO(audio.GOOD[name])).info
    assert (ours.sample_rate, ours.channels) == (theirs.sample_rate, theirs.channels)
    # What counts itself is counted by the other reader too, and without a count it estimates.
    assert ours.seconds == pytest.approx(theirs.length, abs=0.06 if name != "variable.mp3" else 2)


def test_facts_are_what_was_made() -> None:
    assert examine(audio.wav(3, 44100, 2), "a.wav", LIMITS) == AudioFacts("wav", 3.0, 44100, 2)
    assert examine(audio.mp3(100), "a.mp3", LIMITS) == AudioFacts("mp3", 100 * 1152 / 44100, 44100, 1)
    assert examine(audio.xing(100) + audio.mp3(100), "a.mp3", LIMITS) == AudioFacts("mp3", 100 * 1152 / 44100, 44100, 1)
    assert examine(audio.m4a(441), "a.m4a", LIMITS) == AudioFacts("m4a", 10.24, 44100, 1)


def cuts(name: str) -> Iterator[int]:
    """Where a file is cut: in its heads, in the middle, and before its end."""
    size = len(audio.GOOD[name])
    yield from (1, 4, 9, 11, 20, 30, 43, 60, 100, 211, size // 3 + 1, size // 2 + 1, size - 130, size - 7, size - 1)


@pytest.mark.parametrize(
    ("name", "cut"), [(name, cut) for name in audio.WHOLE + audio.WHOLE_BOXES for cut in cuts(name)]
)
def test_a_cut_recording_is_not_taken(name: str, cut: int) -> None:
    content = audio.GOOD[name][:cut]
    assert "Allowed are" in why(content, name)


def test_a_cut_between_two_frames_is_seen_when_the_frames_were_counted() -> None:
    frame = len(audio.mp3_frame())
    counted = audio.GOOD["counted.mp3"]
    assert "incomplete" in why(counted[:-frame])
    assert "incomplete" in why(audio.GOOD["vbri.mp3"][: -3 * frame])
    assert isinstance(examine(audio.GOOD["plain.mp3"][:-frame], "a.mp3", LIMITS), AudioFacts)


@pytest.mark.parametrize(
    "name", ["plain.wav", "titled.wav", "plain.m4a", "moov first.m4a", "counted.mp3", "titled.mp3", "plain.mp3"]
)
def test_a_recording_cut_in_its_middle_is_called_incomplete(name: str) -> None:
    content = audio.GOOD[name]
    assert "incomplete" in why(content[: len(content) // 2 + 5], name)


def test_no_cut_of_a_recording_with_sizes_is_taken() -> None:
    for name in ("quiet.wav", "plain.m4a", "moov first.m4a"):
        content = audio.GOOD[name]
        taken = [cut for cut in range(len(content)) if isinstance(examine(content[:cut], name, LIMITS), AudioFacts)]
        assert taken == [], name


MPEG_HEAD = audio.mp3_frame()
BAD = {
    "text.mp3": b"Dear colleagues, this is the recording.\n" * 500,
    "text with sync.mp3": b"\xff\xfb\x90\xc0" + b"hello " * 5000,
    "zip.mp3": audio.zipped(),
    "zip behind a tag.mp3": audio.id3() + audio.zipped(),
    "zip behind a frame.mp3": MPEG_HEAD + audio.zipped(),
    "zip behind frames.mp3": MPEG_HEAD * 10 + audio.zipped(),
    "only a tag.mp3": audio.id3(),
    "two frames.mp3": MPEG_HEAD * 2,
    "only counted.mp3": audio.xing(0),
    "another layer.mp3": bytes([0xFF, 0xFD, 0x90, 0xC0]) + bytes(413),
    "zeros.mp3": bytes(10_000),
    "html.mp3": b"<!doctype html><script>alert(1)</script>" * 100,
    "executable.wav": b"MZ" + bytes(4000),
    "ogg.mp3": b"OggS" + bytes(4000),
    "flac.wav": b"fLaC" + bytes(4000),
    "picture.wav": audio.riff(b"WEBP", audio.chunk(b"VP8 ", bytes(400))),
    "film.wav": audio.riff(b"AVI ", audio.chunk(b"LIST", bytes(400))),
    "no form.wav": audio.riff(b"WAVE", audio.chunk(b"data", bytes(400))),
    "no sound.wav": audio.riff(b"WAVE", audio.chunk(b"fmt ", audio.wav_form())),
    "empty sound.wav": audio.wav(0),
    "compressed.wav": audio.wav(form=audio.wav_form(tag=2)),
    "mp3 inside.wav": audio.wav(form=audio.wav_form(tag=0x55)),
    "floats.wav": audio.wav(form=audio.wav_form(depth=32, tag=3)),
    "no channels.wav": audio.wav(form=audio.wav_form(channels=0)),
    "no rate.wav": audio.wav(form=audio.wav_form(rate=0)),
    "contradicting.wav": audio.wav(form=pack("<HHIIHH", 1, 1, 8000, 1, 2, 16)),
    "text.wav": b"RIFF" + pack("<I", 4000) + b"WAVE" + b"hello " * 1000,
    "video.m4a": audio.m4a(kind=b"vide", entry=audio.video_entry()),
    "speech.m4a": audio.m4a(entry=audio.box(b"samr", bytes(40))),
    "no tracks.m4a": audio.FTYP + audio.box(b"moov") + audio.box(b"mdat", bytes(100)),
    "only a type.m4a": audio.FTYP,
    "picture.m4a": audio.box(b"ftyp", b"heic", bytes(4), b"mif1") + audio.box(b"mdat", bytes(100)),
    "text.m4a": b"\0\0\0\x20ftypM4A " + b"hello " * 400,
    "elsewhere.m4a": audio.FTYP + audio.box(b"moov", audio.track(b"soun", audio.aac_entry(), 50, 20, 4)),
    "no sound.m4a": audio.m4a(0),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_recording_is_not_taken(name: str) -> None:
    assert "llowed" in why(BAD[name], name)
    assert "MP3, M4A, WAV" in why(BAD[name], name)


@pytest.mark.parametrize("name", ["a.mp3", "a.m4a", "a.wav", "a"])
def test_an_empty_file_is_called_empty(name: str) -> None:
    assert "is empty" in why(b"", name)


def test_a_zip_is_called_a_zip_whatever_its_name_says() -> None:
    assert "is ZIP" in why(audio.zipped(), "hello.mp3")


def test_a_recording_under_the_name_of_another_format_is_told_its_right_ending() -> None:
    assert "content is WAV" in why(audio.wav(), "hello.mp3")
    assert ".m4a" in why(audio.m4a(), "hello.wav")


def test_a_format_that_no_provider_takes_is_not_taken() -> None:
    words = why(audio.wav(), "a.wav", Limits(("mp3",), 10**6, 600))
    assert "WAV" in words
    assert words.endswith("Allowed are MP3.")


def test_a_big_file_is_told_both_sizes() -> None:
    words = why(audio.wav(70), "a.wav", Limits(("wav",), 2**20, 600))
    assert "1.068 MB" in words
    assert "At most 1 MB" in words


def test_the_limits_themselves_are_allowed() -> None:
    content = audio.wav(10)
    assert isinstance(examine(content, "a.wav", Limits(("wav",), len(content), 10)), AudioFacts)
    assert "too big" in why(content, "a.wav", Limits(("wav",), len(content) - 1, 10))
    assert "too long" in why(content, "a.wav", Limits(("wav",), len(content), 9.99))


def ten_hours_of_wav(path: str) -> None:
    """Headers and a hole: ten hours that need no room on the disk."""
    size = 36_000 * 8000
    with open(path, "wb") as file:
        form = audio.chunk(b"fmt ", audio.wav_form(depth=8))
        file.write(b"RIFF" + pack("<I", 12 + len(form) + size) + b"WAVE" + form + b"data" + pack("<I", size))
        file.truncate(20 + len(form) + size)


def test_ten_hours_of_silence_are_too_long_and_are_not_read_for_that(tmp_path) -> None:
    path = os.fspath(tmp_path / "long.wav")
    ten_hours_of_wav(path)
    with open(path, "rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        tracemalloc.start()
        assert "600 minutes. At most 10 minutes" in why(content, "long.wav", BIG)
        assert "too big" in why(content, "long.wav")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 2**20
    slow = audio.mp3_frame(version=25, bitrate=1, rate=2)
    assert "600 minutes" in why(slow * (36_000 * 8000 // 576), "long.mp3", BIG)
    assert "too long" in why(audio.m4a(36_000 * 44100 // 1024, size=1), "long.m4a")


def test_an_m4a_cannot_hide_its_length_in_one_of_two_places() -> None:
    long = audio.m4a(36_000 * 44100 // 1024, size=1)
    header = long.index(b"mdhd") + 4 + 16
    assert "too long" in why(long[:header] + pack(">I", 1) + long[header + 4 :], "long.m4a")


def test_a_video_is_called_a_video() -> None:
    assert "is a video" in why(BAD["video.m4a"], "a.m4a")


def test_a_million_empty_boxes_get_an_answer() -> None:
    assert why(audio.FTYP + audio.box(b"free") * 1_000_000, "a.m4a")
    assert why(audio.FTYP + audio.box(b"moov", audio.box(b"trak") * 1_000_000), "a.m4a")


@pytest.mark.parametrize("start", [b"RIFF\xff\xff\xff\x7fWAVE", audio.FTYP, b"ID3\x03\0\0\0\0\0\x10", MPEG_HEAD])
@settings(max_examples=150, deadline=None)
@given(rest=st.binary(max_size=400))
def test_any_rest_behind_a_good_beginning_gets_an_answer(start: bytes, rest: bytes) -> None:
    assert isinstance(examine(start + rest, "a", LIMITS), Words)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(audio.GOOD)))
def test_any_damage_to_a_good_file_gets_an_answer(data: st.DataObject, name: str) -> None:
    content = bytearray(audio.GOOD[name])
    for place in data.draw(st.lists(st.integers(0, min(700, len(content) - 1)), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    for place in data.draw(st.lists(st.integers(max(0, len(content) - 700), len(content) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    assert isinstance(examine(bytes(content), name, LIMITS), AudioFacts | Words)


def boxed(header: bytes, *, before: bytes = b"", sound: bytes = b"", entry: bytes = b"", times: bytes = b"") -> bytes:
    """An M4A that ends with the *header* of its sound; *sound* replaces what tells where that lies."""
    at = len(audio.FTYP) + len(before) + 8
    tables = audio.box(
        b"stbl",
        audio.full(b"stsd", pack(">I", 1), entry or audio.aac_entry()),
        times or audio.full(b"stts", pack(">III", 1, 50, 1024)),
        sound or audio.full(b"stsc", pack(">IIII", 1, 1, 50, 1)) + audio.full(b"stco", pack(">II", 1, at)),
        b"" if sound else audio.full(b"stsz", pack(">II", 20, 50)),
    )
    kind = audio.full(b"hdlr", bytes(4), b"soun", bytes(12), b"\0")
    trak = audio.box(b"trak", audio.box(b"mdia", kind, audio.box(b"minf", tables), header))
    return audio.FTYP + before + audio.box(b"mdat", bytes(1000)) + audio.box(b"moov", trak)


HEADER = audio.full(b"mdhd", bytes(8), pack(">II", 44100, 51200), bytes(4))
HUGE = audio.aac_entry()[:36] + pack(">I4sQ", 1, b"esds", 2**63)


@pytest.mark.parametrize(
    "content",
    [
        boxed(audio.box(b"mdhd")),
        boxed(audio.box(b"mdhd", bytes(4))),
        boxed(audio.box(b"mdhd", b"\1" + bytes(20))),
        boxed(HEADER, times=audio.box(b"stts")),
        boxed(HEADER, entry=pack(">I", len(HUGE)) + HUGE[4:]),
    ],
)
def test_boxes_that_are_too_short_for_what_they_hold_are_told_as_damage(content: bytes) -> None:
    assert isinstance(examine(boxed(HEADER), "a.m4a", LIMITS), AudioFacts)
    assert "cannot be read" in why(content, "a.m4a")


def in_pieces(places: list[int], size: int = 10) -> bytes:
    """An M4A with 50 boxes of ten bytes of sound each, and a sample of *size* bytes at each of *places*."""
    begin = len(audio.FTYP)
    sound = [
        audio.full(b"stsc", pack(">IIII", 1, 1, 1, 1)),
        audio.full(b"stco", pack(">I", len(places)), *(pack(">I", begin + place) for place in places)),
        audio.full(b"stsz", pack(">II", size, len(places))),
    ]
    return boxed(HEADER, before=audio.box(b"mdat", bytes(10)) * 50, sound=b"".join(sound))


def test_sound_in_many_pieces_must_lie_whole_in_one_of_its_boxes() -> None:
    whole = [18 * box + 8 for box in range(50)]
    assert isinstance(examine(in_pieces(whole), "a.m4a", LIMITS), AudioFacts)
    assert isinstance(examine(in_pieces(whole[::-1]), "a.m4a", LIMITS), AudioFacts)
    for place in (0, whole[7] - 1, whole[7] + 1):
        assert "incomplete" in why(in_pieces([*whole, place]), "a.m4a")
    assert "incomplete" in why(in_pieces(whole, 11), "a.m4a")


def test_a_table_of_very_many_sizes_takes_no_more_memory_than_a_few_times_the_file() -> None:
    content = audio.m4a(400_000, size=1, entry=audio.aac_entry(8000))
    tracemalloc.start()
    assert "too long" in why(content, "a.m4a")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 * len(content)


@pytest.mark.parametrize(
    "content",
    [
        b"ID3\3\0\0\0\0\0\0" * 100_000,
        audio.mp3() + b"ID3\3\0\0\0\0\0\0" * 100_000 + audio.mp3(),
        in_pieces([8] * 1_000_001, 1),
    ],
)
def test_a_file_of_very_many_empty_parts_is_told_as_damage(content: bytes) -> None:
    assert "cannot be read" in why(content, "a")
