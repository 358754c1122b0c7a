"""Bodies of the type multipart/form-data, as clients write them and as nobody should."""

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.contract.multipart import MAX_PARTS, multipart_fields

TYPE = "multipart/form-data; boundary=XyZ"


def written(*parts: tuple[str, str], boundary: str = "XyZ", end: str = "\r\n") -> bytes:
    lines = [
        f'--{boundary}{end}Content-Disposition: form-data; name="{name}"{end}{end}{value}' for name, value in parts
    ]
    return (end.join(lines) + f"{end}--{boundary}--{end}").encode()


BODY = written(("code", "2"), ("msg", "审核通过"))
FIELDS = {"code": b"2", "msg": "审核通过".encode()}
READABLE = {
    "as documented": (TYPE, BODY),
    "quoted boundary": ('multipart/form-data; charset=utf-8; boundary="XyZ"', BODY),
    "capitals": ("Multipart/Form-Data; Boundary=XyZ", BODY),
    "boundary of curl": (
        "multipart/form-data; boundary=------------------------d74496d66958873e",
        written(("code", "2"), ("msg", "审核通过"), boundary="------------------------d74496d66958873e"),
    ),
    "boundary lost": ("multipart/form-data", BODY),
    "type lost": ("", BODY),
    "lines ended by line feeds": (TYPE, written(("code", "2"), ("msg", "审核通过"), end="\n")),
    "something before and after": (TYPE, b"preamble\r\n" + BODY + b"epilogue"),
    "types of the parts": (
        TYPE,
        BODY.replace(b'"code"\r\n', b'"code"\r\nContent-Type: text/plain; charset=UTF-8\r\n'),
    ),
    "type before disposition": (TYPE, BODY.replace(b"--XyZ\r\n", b"--XyZ\r\nContent-Type: text/plain\r\n")),
    "bare names": (TYPE, BODY.replace(b'"code"', b"code").replace(b'"msg"', b"msg")),
    "the last of a name": (TYPE, written(("code", "0"), ("code", "2"), ("msg", "审核通过"))),
}
UNREADABLE = {
    "empty": (TYPE, b""),
    "no end": (TYPE, BODY.removesuffix(b"--\r\n")),
    "cut off": (TYPE, BODY[:60]),
    "another boundary": ("multipart/form-data; boundary=other", BODY),
    "a form": (TYPE, b"code=2&msg=ok"),
    "a form without a type": ("", b"code=2&msg=ok"),
    "no name": (TYPE, BODY.replace(b'; name="code"', b"")),
    "no disposition": (TYPE, BODY.replace(b"Content-Disposition", b"X-Disposition")),
    "an attachment": (TYPE, BODY.replace(b"form-data;", b"attachment;")),
    "endless header": (TYPE, BODY.replace(b'"code"\r\n', b'"code"\r\nX: ' + b"x" * 4000 + b"\r\n")),
    "too many parts": (TYPE, written(*[(f"f{at}", "1") for at in range(MAX_PARTS + 1)])),
}


@pytest.mark.parametrize(("content_type", "body"), READABLE.values(), ids=READABLE)
def test_fields_are_read_as_they_were_written(content_type: str, body: bytes) -> None:
    assert multipart_fields(content_type, body) == FIELDS


@pytest.mark.parametrize(("content_type", "body"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_whole_multipart_body_gives_nothing(content_type: str, body: bytes) -> None:
    assert multipart_fields(content_type, body) is None


def test_as_many_parts_as_may_be_are_read() -> None:
    assert len(multipart_fields(TYPE, written(*[(f"f{at}", "1") for at in range(MAX_PARTS)])) or {}) == MAX_PARTS


def test_files_are_passed_over() -> None:
    body = BODY.replace(b'name="code"', b'name="code"; filename="a.txt"')
    assert multipart_fields(TYPE, body) == {"msg": FIELDS["msg"]}


def test_a_value_keeps_its_lines_blanks_and_emptiness() -> None:
    assert multipart_fields(TYPE, written(("a", " x\r\n\r\ny--XyZ "), ("b", ""))) == {
        "a": b" x\r\n\r\ny--XyZ ",
        "b": b"",
    }


NAMES = st.text("abcdefghijklmnopqrstuvwxyz_-", min_size=1, max_size=20)


@settings(deadline=None)
@given(st.dictionaries(NAMES, st.text(max_size=200), max_size=20))
def test_what_another_library_writes_is_read(fields: dict[str, str]) -> None:
    if not fields:
        return
    request = requests.Request(
        "POST", "http://x.invalid/", files={name: (None, value) for name, value in fields.items()}
    )
    prepared = request.prepare()
    assert isinstance(prepared.body, bytes)
    expected = {name: value.encode() for name, value in fields.items()}
    assert multipart_fields(prepared.headers["Content-Type"], prepared.body) == expected


@settings(deadline=None)
@given(st.text(max_size=120), st.binary(max_size=400))
def test_nothing_makes_the_reader_fail(content_type: str, rest: bytes) -> None:
    for body in (rest, b"--XyZ\r\n" + rest, BODY[:70] + rest):
        multipart_fields(content_type, body)
        multipart_fields(TYPE, body)
