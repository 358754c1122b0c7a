"""The header Retry-After (RFC 9110, section 10.2.3) as a number of seconds."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_DATE = re.compile(
    r"[a-z]+, ?[0-9]{1,2}[ -][a-z]{3}[ -]([0-9]{2}|[0-9]{4}) [0-9:]{8} (GMT|UTC|[+-][0-9]{4})"
    r"|[a-z]{3} [a-z]{3} [ 0-9][0-9] [0-9:]{8} [0-9]{4}",
    re.ASCII | re.IGNORECASE,
)
"""The three forms of a date in HTTP. The last has no zone and means GMT; letters of other zones mean different hours in
different countries, so that they cannot be read."""


def seconds_to_wait(value: str | None, date: str | None, now: datetime) -> float | None:
    """How many seconds the header *value* asks to wait: 0 or more, None when it is missing or cannot be read.

    *date* is the header Date of the same answer: a moment is measured from it, so that a clock of theirs that is wrong
    does no harm; without a readable one from *now*. What is too long is not cut here.
    """
    text = (value or "").strip()
    if _SECONDS.fullmatch(text):
        seconds = float(text)
        return seconds if math.isfinite(seconds) else None
    moment = _moment(text)
    if moment is None:
        return None
    return max(0.0, (moment - (_moment((date or "").strip()) or now)).total_seconds())


def _moment(text: str) -> datetime | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
