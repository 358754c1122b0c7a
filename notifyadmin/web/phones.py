"""Phone numbers grouped for reading. Display only: what is stored and sent are digits."""

import re

from django.utils.translation import gettext

ERASED = "#"
"""What an erased number begins and ends with."""

_MAINLAND_MOBILE = re.compile(r"(?:86)?(1[3-9]\d)(\d{4})(\d{4})")


def grouped(number: object) -> str:
    """``13800138000`` as ``138 0013 8000``, other numbers as ``+CC`` and groups; what is no number stays as it is, and
    what is left of an erased one is called that."""
    text = str(number or "")
    if text.startswith(ERASED):
        return gettext("erased")
    digits = text.removeprefix("+")
    if not digits.isascii() or not digits.isdigit():
        return text
    if mobile := _MAINLAND_MOBILE.fullmatch(digits):
        return " ".join(mobile.groups())
    return _international(digits) or text


def _international(digits: str) -> str:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return written.replace("-", " ")
