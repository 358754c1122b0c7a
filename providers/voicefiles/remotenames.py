"""The name under which a voice file is given to a provider: readable where that is possible, and never used twice."""

import re
import secrets
import string
import unicodedata
from pathlib import PurePath

from providers.contract.files import FileRules

from .models import VoiceFile

LETTERS = string.ascii_lowercase + string.digits
RANDOM = 8
"""Random characters of a name, fewer only where a provider takes only shorter names."""


def remote_name(voice_file: VoiceFile, rules: FileRules) -> str:
    """A new name for *voice_file*, of small letters, digits and hyphens, as long as *rules* allow.

    The random part makes it one of its own: who finds the name in a provider's list may take the file for ours.
    """
    suffix = f".{voice_file.format.lower()}"
    room = rules.longest_name - len(suffix)
    shortest = rules.shortest_name - len(suffix)
    random = "".join(secrets.choice(LETTERS) for _ in range(min(room, max(RANDOM, shortest))))
    readable = _readable(voice_file)[: max(room - len(random) - 1, 0)].strip("-")
    return f"{readable}-{random}{suffix}" if readable else f"{random}{suffix}"


def _readable(voice_file: VoiceFile) -> str:
    for text in (voice_file.name, PurePath(voice_file.original_name).stem):
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
        if words:
            return words
    return ""
