"""What a file is, by how it begins."""

from .facts import Content

SIGNS = (
    (b"PK\x03\x04", "ZIP"),
    (b"OggS", "Ogg"),
    (b"fLaC", "FLAC"),
    (b"#!AMR", "AMR"),
    (b"FORM", "AIFF"),
    (b"%PDF", "PDF"),
    (b"\x1a\x45\xdf\xa3", "WebM"),
    (b"\x30\x26\xb2\x75", "WMA"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"MZ", "EXE"),
)
"""Beginnings of files that people take for recordings, by names that need no translation."""


def format_of(content: Content) -> str:
    """Which of the formats that can be checked this begins like; empty when like none of them."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav"
    if content[4:8] == b"ftyp":
        return "m4a"
    if content[:3] == b"ID3" or _begins_with_frame(content):
        return "mp3"
    return ""


def kind_of(content: Content) -> str:
    """The name of what else this is, where it is known; empty otherwise."""
    head = content[:4]
    return next((name for sign, name in SIGNS if head.startswith(sign[:4])), "")


def _begins_with_frame(content: Content) -> bool:
    """Whether a frame of an MP3 begins here, or after what is left of the one before (streams are cut anywhere)."""
    from .mp3 import first_frame

    return first_frame(content, 0) is not None
