"""Phone numbers as people type them and as spreadsheets mangle them, read into digits with country code."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from providers.contract.abilities import Ability
from providers.contract.gateway import Gateway
from providers.contract.words import Words, gettext_noop

CHINA = "CN"
COUNTRIES = (
    ("", _("None: every number carries its country code")),
    (CHINA, _("China (mainland), 86")),
    ("HK", _("Hong Kong, 852")),
    ("MO", _("Macao, 853")),
    ("TW", _("Taiwan, 886")),
    ("BD", _("Bangladesh, 880")),
    ("BR", _("Brazil, 55")),
    ("EG", _("Egypt, 20")),
    ("IN", _("India, 91")),
    ("ID", _("Indonesia, 62")),
    ("JP", _("Japan, 81")),
    ("KE", _("Kenya, 254")),
    ("KR", _("Korea (South), 82")),
    ("MY", _("Malaysia, 60")),
    ("MX", _("Mexico, 52")),
    ("NG", _("Nigeria, 234")),
    ("PK", _("Pakistan, 92")),
    ("PH", _("Philippines, 63")),
    ("SA", _("Saudi Arabia, 966")),
    ("SG", _("Singapore, 65")),
    ("LK", _("Sri Lanka, 94")),
    ("TH", _("Thailand, 66")),
    ("AE", _("United Arab Emirates, 971")),
    ("VN", _("Vietnam, 84")),
)
"""Countries in which a number without country code may be read."""

_CHINA_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_CHINA_MOBILE_WITH_CODE = re.compile(r"861[3-9]\d{9}", re.ASCII)
_WITH_CODE = re.compile(r"\+\d{5,17}", re.ASCII)
_SHORTENED = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+", re.ASCII)
_DATE = re.compile(
    r"(19|20)\d\d([-/.])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])([ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?)?|(19|20)\d\d年.*"
    r"|(0?[1-9]|[12]\d|3[01])/(0?[1-9]|[12]\d|3[01])/(19|20)\d\d|\d{1,2}:\d\d(:\d\d)?",
    re.ASCII,
)
_FRACTION = re.compile(r"\d{9,}\.\d{1,6}", re.ASCII)
_SEPARATORS = re.compile(r"[\s().\[\]·\-‐-―−－]+")
_BETWEEN = re.compile(r"[/|;；、,，\n\r]+")
_BLANKS = re.compile(r"\s+")
_TEXT_CELL = re.compile(r'^="(.*)"$')
_ZERO_DECIMALS = re.compile(r"(?<=\d{7})\.0+$", re.ASCII)
_OTHER_CHARACTERS = {"Cf", "Cc", "Mn"}
_MOST_IN_ONE_CELL = 50
_FOREIGN_EXAMPLES = ("12025550123", "6281234567890", "84912345678", "919876543210", "85251234567")


class BadNumber(ValueError):
    """What was typed is no usable number; ``words`` say why and what to do."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


def numbers(typed: str, home: str = "") -> Sequence[tuple[str, str]]:
    """The number or the several numbers in a cell, each as it was typed and as :func:`normalise` writes it.

    Several stand behind each other with a stroke, comma, semicolon, bar or line break between them, or with blanks
    where both sides are whole numbers. All of them must be good. Raises BadNumber.
    """
    if home == CHINA and len(typed) == 11 and _CHINA_MOBILE.fullmatch(typed):
        return ((typed, f"86{typed}"),)
    try:
        return ((typed, normalise(typed, home)),)
    except BadNumber:
        parts = _parts(typed)
        if not parts:
            raise
        return [(part, _one_of(part, typed, home)) for part in parts]


def normalise(typed: str, home: str = "") -> str:
    """*typed* as digits with country code and without plus sign.

    A number without country code (no +, no 00) is read in the country *home* (two letters); without one its first
    digits are taken for the country code. Raises BadNumber.
    """
    if home == CHINA and len(typed) == 11 and _CHINA_MOBILE.fullmatch(typed):
        return f"86{typed}"
    text = typed if _WITH_CODE.fullmatch(typed) else _plain(typed)
    international = text.startswith(("+", "00"))
    digits = text.removeprefix("+").removeprefix("00") if international else text
    if _CHINA_MOBILE_WITH_CODE.fullmatch(digits):
        return digits
    _refuse_odd(typed, text, digits)
    if international:
        return _foreign(digits, typed)
    return _domestic(digits, typed, home) if home else _with_code(digits, typed)


def home_country(gateway: Gateway, kind: Ability) -> str:
    """China where the gateway takes mainland numbers only, else none: then a guess would ring a stranger."""
    if gateway.number_problem("8613800138000", kind) is not None:
        return ""
    takes_others = any(gateway.number_problem(number, kind) is None for number in _FOREIGN_EXAMPLES)
    return "" if takes_others else CHINA


def _parts(typed: str) -> list[str]:
    """The pieces of a cell that may be numbers of their own; none where it cannot be taken apart."""
    text = unicodedata.normalize("NFKC", typed)
    if _DATE.fullmatch(text.strip()):
        return []
    parts = [part.strip() for part in _BETWEEN.split(text)]
    parts = [part for part in parts if part]
    if parts == [text.strip()]:
        parts = [part for part in _BLANKS.split(text) if part]
        if len(parts) < 2 or min(map(_count_digits, parts)) < 7:
            return []
    return parts if len(parts) <= _MOST_IN_ONE_CELL and sum(map(_count_digits, parts)) > 7 else []


def _one_of(part: str, typed: str, home: str) -> str:
    try:
        return normalise(part, home)
    except BadNumber as problem:
        words = gettext_noop(
            "“%(typed)s” was taken for several numbers in one cell, and “%(part)s” is none. Write each number in a row "
            "of its own, or correct this one."
        )
        raise BadNumber(Words(words, {"typed": _shown(typed), "part": _shown(part)})) from problem


def _count_digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _shown(typed: str) -> str:
    return typed.strip()[:40]


def _plain(typed: str) -> str:
    """Full-width characters as plain ones; without invisible characters, separators and what spreadsheets add."""
    text = typed.strip() if typed.isascii() and typed.isprintable() else _visible(typed)
    if text.isdigit() and text.isascii():
        return text
    if text.startswith("="):
        text = _TEXT_CELL.sub(r"\1", text).strip()
    text = text.lstrip("'’‘`\"").rstrip("'’\"").strip()
    if text[:4].lower() == "tel:":
        text = text[4:].strip()
    if _SHORTENED.fullmatch(text) or _DATE.fullmatch(text):
        return text
    text = _ZERO_DECIMALS.sub("", text)
    if _FRACTION.fullmatch(text):
        return text
    text = _SEPARATORS.sub("", text)
    return f"+{text.lstrip('+')}" if text.startswith("+") else text


def _visible(typed: str) -> str:
    text = unicodedata.normalize("NFKC", typed)
    kept = [sign for sign in text if sign in "\t\n" or unicodedata.category(sign) not in _OTHER_CHARACTERS]
    return "".join(kept).strip()


def _refuse_odd(typed: str, text: str, digits: str) -> None:
    shown = {"typed": _shown(typed)}
    if not text:
        raise BadNumber(Words(gettext_noop("The number is missing.")))
    if _SHORTENED.fullmatch(text):
        words = gettext_noop(
            "The spreadsheet has shortened this number to “%(typed)s”, and its last digits are lost. "
            "Format the column as text, type the number again and export once more."
        )
        raise BadNumber(Words(words, shown))
    if _DATE.fullmatch(text):
        words = gettext_noop(
            "“%(typed)s” is a date or a time. Choose another column for the numbers, or format this one as text and "
            "type the number again."
        )
        raise BadNumber(Words(words, shown))
    if _FRACTION.fullmatch(text):
        words = gettext_noop("“%(typed)s” has decimals, so it is an amount or a number that was changed by a formula.")
        raise BadNumber(Words(words, shown))
    if not (digits.isascii() and digits.isdigit()):
        words = gettext_noop("“%(typed)s” has characters that are no part of a phone number.")
        raise BadNumber(Words(words, shown))
    if not 5 <= len(digits) <= 17:
        words = gettext_noop("“%(typed)s” has %(count)s digits; a phone number with country code has 7 to 15.")
        raise BadNumber(Words(words, {**shown, "count": len(digits)}))


def _with_code(digits: str, typed: str) -> str:
    if _CHINA_MOBILE.fullmatch(digits):
        words = gettext_noop(
            "“%(typed)s” may be a mobile number of mainland China or begin with the country code 1. "
            "Write + and the country code, or choose the country for numbers without one."
        )
        raise BadNumber(Words(words, {"typed": _shown(typed)}))
    return _foreign(digits, typed)


def _foreign(digits: str, typed: str) -> str:
    import rphonenumbers as phonenumbers

    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        words = gettext_noop("“%(typed)s” is not a possible phone number with country code.")
        raise BadNumber(Words(words, {"typed": _shown(typed)}))
    return _written(number)


def _domestic(digits: str, typed: str, home: str) -> str:
    import rphonenumbers as phonenumbers

    try:
        number = phonenumbers.parse(digits, home)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number_for_region(number, home):
        words = gettext_noop(
            "“%(typed)s” is not a phone number of the country chosen for numbers without country code. "
            "For a number of another country, write + and the country code."
        )
        raise BadNumber(Words(words, {"typed": _shown(typed)}))
    return _written(number)


def _written(number: object) -> str:
    import rphonenumbers as phonenumbers

    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)).removeprefix("+")
