"""The names that people give to columns: which one holds the numbers, and whether a row is one of names at all."""

import re
from collections.abc import Sequence

_NUMBER_NAMES = """
    number numbers phone phones phonenumber phoneno mobile mobiles mobilenumber mobilephone mobilephonenumber mobileno
    tel telno telephone telephonenumber telephoneno cell cellphone cellphonenumber msisdn callee calleenumber
    contactnumber recipient whatsapp
    手机 手机号 手机号码 手机电话 移动电话 电话 电话号 电话号码 联系电话 联系手机 联系号码 联系方式
    号码 被叫 被叫号码 接收号码 呼叫号码
    手機 手機號 手機號碼 行動電話 行動電話號碼 電話 電話號碼 聯絡電話 聯繫電話 連絡電話 聯絡手機 號碼 被叫號碼 受話號碼
"""
NUMBER_NAMES = frozenset(_NUMBER_NAMES.split())
"""Titles of the column of numbers, as :func:`plain_title` writes them."""

_NUMBER_PARTS = ("手机", "电话", "手機", "電話", "phone", "mobile", "msisdn")
_DECORATION = re.compile(r"[\s._\-:：*#＊/\\()（）\[\]【】「」“”\"'’]+")


def plain_title(title: str) -> str:
    """*title* without blanks, dots, dashes, brackets and capitals."""
    return _DECORATION.sub("", title).casefold()


def is_number_title(title: str) -> bool:
    """Whether *title* names a column of phone numbers, by itself or in part of it."""
    plain = plain_title(title)
    return plain in NUMBER_NAMES or any(part in plain for part in _NUMBER_PARTS)


def number_column(titles: Sequence[str]) -> int | None:
    """The place of the column that is named as one of phone numbers; whole names win over parts of names."""
    plain = [plain_title(title) for title in titles]
    for place, title in enumerate(plain):
        if title in NUMBER_NAMES:
            return place
    return next((place for place, title in enumerate(plain) if any(part in title for part in _NUMBER_PARTS)), None)
