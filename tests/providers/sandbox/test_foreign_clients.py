"""Requests as other people's clients make them: in parts, as one line, with odd addresses. No answer repeats a secret."""

import logging
import socket
import time
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

import pytest
import requests

from .running import FORM, PLATFORM, Form, Platform, Running

NUMBER = FORM.number_for(1)
MOBILE = NUMBER.removeprefix("86")
ACCOUNT, KEY = FORM.credentials["account"], FORM.credentials["api_key"]
LINE = f"method=Submit&account={ACCOUNT}&password={KEY}&mobile={MOBILE}&content="
TEXT = "您的订单号是:0648。已由顺风快递发出,请注意查收。"


def in_parts(form: Form, method: str, **fields: str) -> requests.Response:
    """As curl does with an array of fields, which PHP clients hand it."""
    whole = {"account": ACCOUNT, "password": KEY, "format": "json", **fields}
    parts = {name: (None, value) for name, value in whole.items()}
    return requests.post(f"{form.url}?method={method}", files=parts, timeout=5)


def raw(url: str, request: bytes) -> bytes:
    """The whole answer to *request* as it is."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def get_line(form: Form, address: bytes) -> bytes:
    return raw(form.running.url, b"GET " + address + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


def test_a_submission_in_parts_is_accepted(form: Form) -> None:
    answer = in_parts(form, "Submit", mobile=MOBILE, content=TEXT).json()
    assert (answer["code"], answer["msg"]) == (2, "提交成功")
    [taken] = form.running.console.ledger(FORM.slug)
    assert (taken["number"], taken["text"]) == (NUMBER, TEXT)


def test_every_method_takes_parts(form: Form) -> None:
    assert in_parts(form, "GetNum").json()["code"] == 2
    added = in_parts(form, "AddTemplate", content="您好【变量】,欢迎。").json()
    assert added["code"] == 2
    assert in_parts(form, "DelTemplate", templateid=str(added["templateid"])).json()["code"] == 2
    assert in_parts(form, "DelTemplate", templateid="1").json()["code"] == 404


def test_a_dynamic_password_holds_in_parts(form: Form) -> None:
    fields = form.dynamic("Submit", time.time(), mobile=MOBILE, content=TEXT)
    assert in_parts(form, "Submit", **fields).json()["code"] == 2
    assert in_parts(form, "Submit", **{**fields, "time": "1700000000"}).json()["code"] == 405


@pytest.mark.parametrize(
    ("fields", "code"), [({"account": ""}, 401), ({"password": "wrong"}, 405), ({"mobile": "1"}, 406)]
)
def test_what_stands_in_parts_is_checked_alike(form: Form, fields: Mapping[str, str], code: int) -> None:
    assert in_parts(form, "Submit", **{"mobile": MOBILE, "content": TEXT, **fields}).json()["code"] == code


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b"code=2", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"]
)
def test_broken_parts_are_no_fields(form: Form, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = requests.post(f"{form.url}?method=Submit", data=body, headers=headers, timeout=5)
    assert b"<code>401</code>" in answer.content


def test_the_method_may_stand_among_the_fields(form: Form) -> None:
    whole = {"method": "GetNum", "account": ACCOUNT, "password": KEY, "format": "json"}
    assert requests.post(form.url, data=whole, timeout=5).json()["code"] == 2


GET_LINES = {
    "escaped": quote(TEXT),
    "as printed": TEXT,
    "with the blank of the printed line": TEXT.replace("快递", "快递 "),
}


@pytest.mark.parametrize("content", GET_LINES.values(), ids=GET_LINES)
def test_the_get_line_of_the_document_is_played_as_it_is_printed(form: Form, content: str) -> None:
    address = f"{urlsplit(form.url).path}?{LINE}{content}".encode()
    answer = get_line(form, address)
    code = b"4072" if "快递 " in content else b"2"
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"<code>%s</code>" % code in answer
    assert KEY.encode() not in answer


def test_blanks_before_a_name_do_not_count(form: Form) -> None:
    address = f"{urlsplit(form.url).path}?{LINE.replace('&password', '& password')}{TEXT}".encode()
    assert b"<code>2</code>" in get_line(form, address)


def test_raw_words_in_another_encoding_are_other_words(form: Form) -> None:
    address = f"{urlsplit(form.url).path}?{LINE}".encode() + TEXT.encode("gbk")
    assert b"<code>4072</code>" in get_line(form, address)


@pytest.mark.parametrize("path", ["//webservice/voice.php", "/webservice//voice.php", "///webservice///voice.php"])
def test_several_slashes_are_one(form: Form, path: str) -> None:
    url = f"{form.running.url}{FORM.base_path}{path}?method=GetNum"
    answer = requests.post(url, data={"account": ACCOUNT, "password": KEY, "format": "json"}, timeout=5)
    assert answer.json()["code"] == 2


def test_several_slashes_are_one_at_the_signed_api_too(platform: Platform) -> None:
    assert platform.send("//voice/sendGroup", platform.group_body(PLATFORM.number_for(1))).json()["status"] == "0"
    assert (
        requests.get(f"{platform.running.url}//{PLATFORM.base_path.strip('/')}/nothing", timeout=5).status_code == 404
    )


def newer(form: Form, **fields: str) -> requests.Response:
    whole = {"account": ACCOUNT, "password": KEY, "mobile": MOBILE, **fields}
    return requests.post(f"{form.running.url}{FORM.base_path}/vm/Submit.json", data=whole, timeout=5)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"content": TEXT}, 2),
        ({"content": "0648", "templateid": "1361"}, 2),
        ({"content": "0648|顺风", "templateid": "1361"}, 4072),
        ({"content": "0648", "templateid": "999"}, 4072),
        ({"content": "9" * 21, "templateid": "1361"}, 40722),
        ({"content": "", "templateid": "1361"}, 404),
        ({"content": "低息贷款", "templateid": "1361"}, 407),
        ({"content": TEXT, "password": "wrong"}, 405),
    ],
)
def test_the_newer_address_takes_whole_texts_and_values(form: Form, fields: dict[str, str], code: int) -> None:
    answer = newer(form, **fields)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["code"] == code


def test_values_for_a_template_become_the_text_that_is_spoken(form: Form) -> None:
    newer(form, content="0648", templateid="1361")
    assert [row["text"] for row in form.running.console.ledger(FORM.slug)] == [TEXT]


def test_a_dynamic_password_at_the_newer_address_covers_the_values(form: Form) -> None:
    fields = form.dynamic("Submit", mobile=MOBILE, content="0648")
    assert newer(form, templateid="1361", **fields).json()["code"] == 2


MALFORMED = {
    "a control sign in a header": b"GET /form/x?%s HTTP/1.1\r\nHost: x\r\nX: \x00%s\r\n\r\n",
    "no such version": b"GET /form/x?%s&k=%s HTTP/9.9\r\nHost: x\r\n\r\n",
    "no such method": b"G\x01ET /form/x?%s&k=%s HTTP/1.1\r\nHost: x\r\n\r\n",
    "no version": b"GET /form/x?%s&k=%s\r\nHost: x\r\n\r\n",
    "a header without a name": b"GET /form/x?%s HTTP/1.1\r\n: %s\r\n\r\n",
    "a wrong length": b"POST /form/x?%s HTTP/1.1\r\nHost: x\r\nContent-Length: %s\r\n\r\n",
}


@pytest.mark.parametrize("request_", MALFORMED.values(), ids=MALFORMED)
def test_what_cannot_be_read_is_not_repeated(form: Form, request_: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer = raw(form.running.url, request_ % (LINE.encode(), KEY.encode()))
    assert answer.split(b" ")[1] in (b"400", b"404")
    assert KEY.encode() not in answer
    assert MOBILE.encode() not in answer
    assert KEY not in caplog.text


@pytest.mark.parametrize("path", ["/nowhere", f"/{KEY}", "/webservice/voice.php"])
def test_an_unknown_address_is_written_down_without_its_secrets(running: Running, path: str) -> None:
    answer = requests.get(f"{running.url}{FORM.base_path}{path}", params={"method": KEY, "password": KEY}, timeout=5)
    assert answer.status_code == 404
    assert KEY not in answer.text
    assert KEY not in str(list(running.console.requests()))


def test_a_redirect_repeats_no_secret(form: Form) -> None:
    number = FORM.number_for(1, "redirect").removeprefix("86")
    query = {"method": "Submit", "account": ACCOUNT, "password": KEY, "mobile": number, "content": TEXT}
    answer = requests.get(form.url, params=query, timeout=5, allow_redirects=False)
    assert answer.status_code == 307
    assert KEY not in answer.headers["Location"]
