"""Which replies mean "stop"."""

import re
import unicodedata
from functools import lru_cache

from django.conf import settings

_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_BLANKS = re.compile(r"\s+")


def means_stop(text: str) -> bool:
    """Whether *text* as a whole is one of the words that the setting STOP_WORDS names.

    Never a part of a longer sentence: "don't stop" and "T-shirt?" ask for nothing of the kind.
    """
    return plain(text) in _words(tuple(settings.STOP_WORDS))


def plain(text: str) -> str:
    """*text* without capitals, width, and whatever stands around its letters and digits."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(sign for sign in folded if unicodedata.category(sign) not in ("Cf", "Cc") or sign.isspace())
    return _BLANKS.sub(" ", _AROUND.sub("", visible))


@lru_cache(maxsize=4)
def _words(told: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in map(plain, told) if word)
