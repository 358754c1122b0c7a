"""Lines that were torn, wherever, are no lines."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.sending.departures.lines import ENDED, Head, Line, pack, pack_head, unpack, unpack_all, unpack_head

AT = datetime(2026, 5, 1, 9, 0, 0, 123456, tzinfo=UTC)
LINES = st.builds(
    Line,
    st.integers(1, 2**40),
    st.integers(1, 2**30).map("abcdefghij-12-{0}-7".format),
    st.integers(1, 999),
    st.sampled_from(["1", "1-200", "1-200,205", "3,5,7-9"]),
    st.datetimes(timezones=st.just(UTC)),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(LINES, max_size=5))
def test_what_is_written_is_read(lines: list[Line]) -> None:
    data = "".join([pack_head(Head("a" * 32, "", AT)), *map(pack, lines), ENDED]).encode()
    assert list(unpack_all(data)) == lines


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4), st.data())
def test_a_file_that_ends_anywhere_gives_its_whole_lines(lines: list[Line], data: st.DataObject) -> None:
    whole = "".join(map(pack, lines)).encode()
    cut = data.draw(st.integers(0, len(whole)))
    read = list(unpack_all(whole[:cut]))
    # The newline alone may be missing from a whole line.
    assert read in (lines[: whole[:cut].count(b"\n")], lines[: whole[: cut + 1].count(b"\n")])


@pytest.mark.parametrize(
    "text", ["", "\n", ENDED, "\x00" * 50, "1\tr\t2\t3\t2026-05-01\t.", "1\tr\tx\t3\t4\t5", "é\t\t\t\t\t."]
)
def test_whatever_else_is_no_line(text: str) -> None:
    assert unpack(text) is None
    assert not list(unpack_all(text.encode()))


def test_the_head_of_a_file() -> None:
    head = Head("key", "boot", AT)
    assert unpack_head(pack_head(head)) == head
    assert unpack_head("") is None
    assert unpack_head(pack(Line(1, "r", 1, "1", AT))) is None
