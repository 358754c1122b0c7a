"""What the header Retry-After may say."""

from datetime import UTC, datetime

import pytest

from providers.contract.retryafter import seconds_to_wait

NOW = datetime(2026, 11, 30, 10, 0, 0, tzinfo=UTC)
ASKED = {
    "seconds": ("120", 120.0),
    "none": ("0", 0.0),
    "with blanks": ("  30 ", 30.0),
    "with zeros before it": ("0060", 60.0),
    "a fraction": ("1.5", 1.5),
    "very many": ("9" * 30, 1e30),
    "more than a number can be": ("9" * 400, None),
    "negative": ("-5", None),
    "with a plus": ("+5", None),
    "with an exponent": ("1e3", None),
    "infinite": ("inf", None),
    "no number": ("nan", None),
    "hexadecimal": ("0x10", None),
    "digits of another script": ("٦٠", None),
    "with a unit": ("60s", None),
    "a list": ("5, 10", None),
    "words": ("soon", None),
    "empty": ("", None),
    "a date": ("Mon, 30 Nov 2026 10:10:00 GMT", 600.0),
    "a date in lower case": ("mon, 30 nov 2026 10:10:00 gmt", 600.0),
    "a date of RFC 850": ("Monday, 30-Nov-26 10:10:00 GMT", 600.0),
    "a date of asctime": ("Mon Nov 30 10:10:00 2026", 600.0),
    "a date of asctime with one digit": ("Tue Dec  1 10:00:00 2026", 86_400.0),
    "a date with an offset": ("Mon, 30 Nov 2026 18:10:00 +0800", 600.0),
    "a date with letters that mean two zones": ("Mon, 30 Nov 2026 18:10:00 CST", None),
    "a date that has passed": ("Mon, 30 Nov 2026 09:00:00 GMT", 0.0),
    "a date of the last century": ("Sunday, 06-Nov-94 08:49:37 GMT", 0.0),
    "the year 0": ("Sat, 01 Jan 0000 00:00:00 GMT", 0.0),
    "the year 9999": (
        "Fri, 31 Dec 9999 23:59:59 GMT",
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - NOW).total_seconds(),
    ),
    "a day that is none": ("Mon, 31 Feb 2026 10:00:00 GMT", None),
    "an hour that is none": ("Mon, 30 Nov 2026 25:00:00 GMT", None),
    "a date as ISO writes it": ("2026-11-30T10:10:00Z", None),
    "half a date": ("Mon, 30 Nov 2026", None),
}


@pytest.mark.parametrize(("value", "seconds"), ASKED.values(), ids=ASKED)
def test_what_is_asked_for_is_read_or_it_is_nothing(value: str, seconds: float | None) -> None:
    assert seconds_to_wait(value, None, NOW) == seconds


def test_without_the_header_nothing_is_asked_for() -> None:
    assert seconds_to_wait(None, "Mon, 30 Nov 2026 10:00:00 GMT", NOW) is None


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("Mon, 30 Nov 2026 10:09:00 GMT", 60.0),
        ("Sun, 29 Nov 2026 10:10:00 GMT", 86_400.0),
        ("Mon, 30 Nov 2026 11:00:00 GMT", 0.0),
        ("yesterday", 600.0),
        ("", 600.0),
    ],
)
def test_a_moment_is_measured_by_the_clock_of_whoever_named_it(date: str, seconds: float) -> None:
    assert seconds_to_wait("Mon, 30 Nov 2026 10:10:00 GMT", date, NOW) == seconds


def test_the_clock_of_the_server_changes_nothing_in_seconds() -> None:
    assert seconds_to_wait("60", "Thu, 01 Jan 1970 00:00:00 GMT", NOW) == 60.0
