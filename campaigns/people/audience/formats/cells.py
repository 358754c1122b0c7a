"""Cells of workbooks as text, without losing what is there or inventing what is not."""

import datetime as dt
from functools import lru_cache

_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zones
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001
_EXACT = 10**15
"""Spreadsheets keep fifteen digits. What has more lost some, and must look so."""


def number_text(value: str) -> str:
    """A number from a file, as a spreadsheet shows it: whole ones whole, those of more than 15 digits shortened."""
    if len(value) <= 15 and value.isdigit():
        return value
    try:
        return of_float(float(value))
    except (ValueError, OverflowError):
        return value


def of_float(number: float) -> str:
    """As :func:`number_text`, of a number."""
    if number.is_integer() and abs(number) < _EXACT:
        return str(int(number))
    return f"{number:.15G}" if abs(number) < _EXACT else f"{number:.14E}"


@lru_cache(maxsize=4096)
def date_text(days: str, *, since_1904: bool = False) -> str:
    """A date that is kept as a count of days, as ISO date, as date and time, or as time of day."""
    try:
        count = float(days)
        moment = (_EPOCH_1904 if since_1904 else _EPOCH) + dt.timedelta(seconds=round(count * 86400))
    except (ValueError, OverflowError):
        return days
    return moment.strftime("%H:%M:%S") if 0 <= count < 1 else of_moment(moment)


def of_moment(moment: dt.datetime) -> str:
    """A date, with its time where it has one."""
    midnight = not (moment.hour or moment.minute or moment.second)
    return moment.date().isoformat() if midnight else moment.isoformat(sep=" ", timespec="seconds")


def of_value(value: object) -> str:
    """A cell as a reading library hands it over."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return of_float(float(value))
    if isinstance(value, dt.datetime):
        return of_moment(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
