"""A provider that answers oddly: it speaks the addresses of both families of APIs and writes down whom it was asked for.

Every account has a place of its own, the first part of the path, and every place answers in a way of its own, which may
be changed at any time. It takes nobody and rings nobody: what counts is who was in a request, whatever was answered.
"""

import itertools
import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

HOST = "127.0.0.1"
COUNTRY = "86"
"""Where the numbers of the API with one call per request are, which it gets without it."""

PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
CHALLENGE = "<html><body><form id='robot'>Tick the pictures to go on.</form></body></html>"


@dataclass(frozen=True)
class Reply:
    body: str
    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Asked:
    """One request about people. ``reference`` is what a report about it echoes, ``ids`` are those it would get."""

    place: str
    form: str
    numbers: tuple[str, ...]
    reference: str = ""
    orders: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


Answer = Callable[[Asked], Reply]


def said(value: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(value, ensure_ascii=False), status)


def well(asked: Asked) -> Reply:
    """As the documents print it: everybody was taken."""
    return said(_GOOD[asked.form](asked))


def always(reply: Reply) -> Answer:
    return lambda asked: reply


def code(number: int, words: str = "") -> Answer:
    """The envelope of the platform with a code for the whole request."""
    return always(said({"status": str(number), "reason": words or f"reason {number}"}))


def single_code(number: int, words: str) -> Answer:
    """The same of the API with one call per request."""
    return always(said({"code": number, "msg": words, "voiceid": "0"}))


def page(status: int, title: str, **headers: str) -> Answer:
    """What a web server or something in between says, in HTML."""
    return always(Reply(PAGE.format(title), status, "text/html", tuple(headers.items())))


def machine(http_status: int, /, **members: Any) -> Answer:
    """What something in between says, in JSON."""
    return always(said(members, http_status))


def rows(*codes: str) -> Answer:
    """Each row with an id of a call, and the first ones with these *codes* in the place of success."""

    def answer(asked: Asked) -> Reply:
        good = _GOOD["group"](asked)
        for row, number in zip(good["data"], codes, strict=False):
            row.update(terminationCode=number, terminationReason=f"reason {number}")
        return said(good)

    return answer


def names_one_without_counts(asked: Asked) -> Reply:
    good = _GOOD["batch"](asked)
    return said({"status": good["status"], "reason": good["reason"], "array": good["array"][:1]})


def _group(asked: Asked) -> dict[str, Any]:
    data = [
        {"voiceId": one, "callee": number, "terminationCode": "0", "terminationReason": "success"}
        for one, number in zip(asked.ids, asked.numbers, strict=True)
    ]
    return {"status": "0", "reason": "success", "data": data}


def _batch(asked: Asked) -> dict[str, Any]:
    array = [
        {"msgId": one, "number": number, "orderId": order}
        for one, number, order in zip(asked.ids, asked.numbers, asked.orders, strict=True)
    ]
    return {"status": "0", "reason": "success", "success": str(len(array)), "fail": "0", "array": array}


_GOOD: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "group": _group,
    "batch": _batch,
    "single": lambda asked: {"code": 2, "msg": "提交成功", "voiceid": asked.ids[0]},
}


@dataclass
class OddServer:
    """Listens in threads of its own between :meth:`start` and :meth:`stop`."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Asked] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ids: Any = field(default_factory=lambda: itertools.count(4_100_000_000_001))
    _server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        self._server = ThreadingHTTPServer((HOST, 0), type("Door", (_Door,), {"odd": self}))
        threading.Thread(target=self._server.serve_forever, name="odd provider", daemon=True).start()

    def stop(self) -> None:
        assert self._server
        self._server.shutdown()
        self._server.server_close()

    def url(self, place: str) -> str:
        assert self._server
        return f"http://{HOST}:{self._server.server_address[1]}/{place}"

    def asked(self, place: str) -> list[Asked]:
        """The requests about people at *place*, oldest first."""
        with self._lock:
            return [one for one in self.requests if one.place == place]

    def times(self, place: str) -> Counter[str]:
        """In how many requests each number was."""
        return Counter(number for one in self.asked(place) for number in one.numbers)

    def hear(self, path: str, body: bytes) -> Reply:
        place, _, rest = path.lstrip("/").partition("/")
        found = _read(place, rest, body)
        if found is None:
            return said(_BALANCES["voice.php" in rest])
        with self._lock:
            ids = tuple(str(next(self._ids)) for _ in found.numbers)
            asked = Asked(place, found.form, found.numbers, found.reference, found.orders, ids)
            self.requests.append(asked)
        return self.answers.get(place, well)(asked)


_BALANCES = {
    True: {"code": 2, "msg": "查询成功", "num": "856"},
    False: {"status": "0", "reason": "success", "balance": "10.5", "gift": "0", "credit": "0"},
}


def _read(place: str, rest: str, body: bytes) -> Asked | None:
    """Whom a request is about; None for one about nobody."""
    parts = urlsplit(f"/{rest}")
    if parts.path.endswith("/sendGroup"):
        told = json.loads(body)
        return Asked(place, "group", tuple(told["callee"].split(",")), told["calledInfo"])
    if parts.path.endswith("/sendSms/batch"):
        array = json.loads(body)["array"]
        return Asked(place, "batch", _joined(array, "numbers"), "", _joined(array, "orderId"))
    if parts.path.endswith("/voice.php") and "method=Submit" in parts.query:
        return Asked(place, "single", (COUNTRY + parse_qs(body.decode())["mobile"][0],))
    return None


def _joined(array: Sequence[dict[str, str]], name: str) -> tuple[str, ...]:
    return tuple(one for item in array for one in item[name].split(","))


class _Door(BaseHTTPRequestHandler):
    odd: OddServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        reply = self.odd.hear(self.path, self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        content = reply.body.encode()
        self.send_response(reply.status)
        for name, value in (("Content-Type", reply.content_type), ("Content-Length", str(len(content)))):
            self.send_header(name, value)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what it was asked is in its record."""
