"""The dynamic password of ihuyi voice notification API, section 7: an MD5 digest (lower-case hex) over joined values.

Values are joined without separator and hashed as UTF-8 before URL encoding. Only Submit and GetNum have a formula.
"""

import hashlib


def submit_password(account: str, api_key: str, mobile: str, content: str, moment: int) -> str:
    """The password of Submit; *mobile* and *content* exactly as sent, *moment* in Unix seconds as sent in ``time``."""
    return _digest(account, api_key, mobile, content, str(moment))


def balance_password(account: str, api_key: str, moment: int) -> str:
    """The password of GetNum; *moment* in Unix seconds as sent in ``time``."""
    return _digest(account, api_key, str(moment))


def _digest(*parts: str) -> str:
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
