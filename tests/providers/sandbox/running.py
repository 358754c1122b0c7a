"""A sandbox and a receiver of pushes, both real servers on free ports, in one background event loop."""

import asyncio
import hashlib
import json
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import requests
from aiohttp import web

from providers.contract.rehearsal import Rehearsal
from providers.sandbox.client import SandboxConsole
from providers.sandbox.mounts import rehearsals
from providers.sandbox.server import Options, Sandbox
from providers.sandbox.settings import Settings
from tests.sandboxes import wait_until_pushed

T = TypeVar("T")
QUICK = {
    "receipt_delay": [0.01, 0.03],
    "review_delay": 0.05,
    "gap_scale": 0.0005,
    "batch_form": "single",
    "answer_delay": 0,
    "slow_seconds": 0.3,
    "late_seconds": 0.3,
    "clock_offset": 0,
    "retry_after": 0,
    "weather": {},
}
REHEARSALS = rehearsals()
PLATFORMS = [one for one in REHEARSALS.values() if "api_secret" in one.credentials]
PLATFORM = PLATFORMS[0]
FORM = next(one for one in REHEARSALS.values() if "account" in one.credentials)


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()


@dataclass
class Pushed:
    at: float
    door: str
    content_type: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Receiver:
    """Takes pushes and answers them as told: the answers of ``says`` first, then always ``usual``."""

    loop: Loop
    usual: tuple[int, bytes] = (200, b"success")
    says: list[tuple[int, bytes]] = field(default_factory=list)
    pushed: list[Pushed] = field(default_factory=list)
    url: str = ""

    def start(self) -> None:
        self.loop.run(self._start())

    def stop(self) -> None:
        self.loop.run(self._runner.cleanup())

    def wait_for(self, count: int, seconds: float = 5.0) -> list[Pushed]:
        deadline = time.monotonic() + seconds
        while len(self.pushed) < count and time.monotonic() < deadline:
            time.sleep(0.005)
        return list(self.pushed)

    async def _start(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._take, access_log=None))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _take(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        status, answer = self.says.pop(0) if self.says else self.usual
        self.pushed.append(Pushed(time.time(), request.path.strip("/"), request.headers["Content-Type"], body))
        return web.Response(status=status, body=answer)


@dataclass
class Running:
    """A sandbox under test with its console and its receiver."""

    sandbox: Sandbox
    console: SandboxConsole
    receiver: Receiver

    @property
    def url(self) -> str:
        return self.sandbox.url

    def settle(self) -> None:
        wait_until_pushed(self.console, 10)


def start(loop: Loop, receiver: Receiver, state: str = ":memory:") -> Running:
    settings = Settings()
    settings.change(QUICK)
    sandbox = _on(loop, lambda: Sandbox(Options(port=0, state=state), settings))
    loop.run(sandbox.start())
    console = SandboxConsole(sandbox.url)
    for slug, rehearsal in REHEARSALS.items():
        console.set_push(slug, {door: f"{receiver.url}/{door}" for door in rehearsal.doors})
    return Running(sandbox, console, receiver)


def _on(loop: Loop, make: Callable[[], Sandbox]) -> Sandbox:
    async def made() -> Sandbox:
        return make()

    return loop.run(made())


@dataclass
class Platform:
    """Speaks the signed JSON API, written apart from the gateway's client."""

    running: Running
    rehearsal: Rehearsal = PLATFORM
    timeout: float = 5

    @property
    def sms_prefix(self) -> str:
        return "" if self.rehearsal.base_path.endswith("/v3") else "/sms"

    def url(self, path: str) -> str:
        return f"{self.running.url}{self.rehearsal.base_path}{path}"

    def headers(self, moment: float | None = None, /, **changes: str) -> dict[str, str]:
        known = self.rehearsal.credentials
        timestamp = str(int(moment if moment is not None else time.time()))
        sign = hashlib.md5((known["api_key"] + known["api_secret"] + timestamp).encode()).hexdigest()
        content_type = "application/json;charset=UTF-8"
        whole = {"Content-Type": content_type, "Sign": sign, "Timestamp": timestamp, "Api-Key": known["api_key"]}
        return {name: value for name, value in {**whole, **changes}.items() if value}

    def send(self, path: str, body: object, **headers: str) -> requests.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return requests.post(
            self.url(path),
            data=data,
            headers=self.headers(None, **headers),
            timeout=self.timeout,
            allow_redirects=False,
        )

    def group(self, *numbers: str, **changes: object) -> requests.Response:
        return self.send("/voice/sendGroup", self.group_body(*numbers, **changes))

    def group_body(self, *numbers: str, **changes: object) -> dict[str, object]:
        app, file_id = self.rehearsal.credentials["voice_app_id"], self.rehearsal.file_id
        return {"callee": ",".join(numbers), "fileId": file_id, "appId": app, "calledInfo": "job-8", **changes}

    def code_body(self, number: str, **changes: object) -> dict[str, object]:
        app = self.rehearsal.credentials["voice_app_id"]
        common = {"callee": number, "language": "EN", "text": "The gate opens at nine", "appId": app}
        return {**common, "calledInfo": "row-1", **changes}

    def batch_body(self, *items: Mapping[str, object], **changes: object) -> dict[str, object]:
        return {"appId": self.rehearsal.credentials["sms_app_id"], "array": list(items), **changes}

    def batch(self, *items: Mapping[str, object], **changes: object) -> requests.Response:
        return self.send(f"{self.sms_prefix}/sendSms/batch", self.batch_body(*items, **changes))


@dataclass
class Form:
    """Speaks the form API, written apart from the gateway's client."""

    running: Running
    rehearsal: Rehearsal = FORM
    timeout: float = 5

    @property
    def url(self) -> str:
        return f"{self.running.url}{self.rehearsal.base_path}/webservice/voice.php"

    def call(self, method: str, **fields: str) -> requests.Response:
        known = self.rehearsal.credentials
        whole = {"account": known["account"], "password": known["api_key"], "format": "json", **fields}
        return requests.post(f"{self.url}?method={method}", data=whole, timeout=self.timeout, allow_redirects=False)

    def submit(self, number: str, **fields: str) -> requests.Response:
        """*number* with country code."""
        content = self.said("9633")
        return self.call("Submit", **{"mobile": number.removeprefix("86"), "content": content, **fields})

    def said(self, value: str) -> str:
        assert self.rehearsal.template is not None
        return self.rehearsal.template.text.replace("【变量】", value)

    def dynamic(self, method: str, at: float | None = None, **fields: str) -> dict[str, str]:
        """The fields with a dynamic password for Submit (number and text) or the other methods."""
        known = self.rehearsal.credentials
        timestamp = str(int(at if at is not None else time.time()))
        said = fields["mobile"] + fields["content"] if method == "Submit" else ""
        whole = known["account"] + known["api_key"] + said + timestamp
        return {**fields, "password": hashlib.md5(whole.encode()).hexdigest(), "time": timestamp}
