"""Which numbers the provider takes, and the two ways to write them.

ihuyi voice notification API, section 2.3: mainland mobile numbers (11 digits) and landlines as area code and number
in one. Older pages name mobile numbers only.
"""

import re

from providers.contract.fields import Problem
from providers.contract.words import Words, gettext_noop

NUMBER_WORDS = gettext_noop(
    "Mobile numbers of mainland China (86 and 11 digits) and its landlines (86, area code without leading 0, number)."
)

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# Two-digit area codes are 10 and 20 to 29, the others have three digits; 400 and 800 are service numbers.
_LANDLINE = re.compile(r"(?:10|2\d|(?![48]00)[3-9]\d\d)[1-9]\d{6,7}", re.ASCII)
_PUNCTUATION = re.compile(r"[\s+()-]+")


def national(number: str) -> str | None:
    """*number* (digits with country code) as the request field ``mobile`` wants it, or None if it is not taken."""
    if not number.startswith("86"):
        return None
    rest = number[2:]
    if _MOBILE.fullmatch(rest):
        return rest
    return f"0{rest}" if _LANDLINE.fullmatch(rest) else None


def international(number: str) -> str:
    """A pushed number as digits with country code; what is not a mainland number comes back as its digits."""
    digits = _PUNCTUATION.sub("", number).removeprefix("00")
    if national(digits) is not None:
        return digits
    candidate = f"86{digits.removeprefix('0')}"
    if national(candidate) == digits:
        return candidate
    return "".join(character for character in digits if character in "0123456789")[:20]


def number_problem(number: str) -> Problem | None:
    """Why *number* would not be taken, or None."""
    if national(number) is not None:
        return None
    words = gettext_noop("“%(number)s” is neither a mobile number nor a landline of mainland China.")
    return Problem("mobile", Words(words, {"number": number}))
