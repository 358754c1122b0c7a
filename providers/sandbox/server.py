"""The sandbox as a server: one process, one event loop, one port for all providers."""

import argparse
import asyncio
import contextlib
import errno
import re
import signal
import sqlite3
import sys
from dataclasses import dataclass

from aiohttp import web

from providers.contract.rehearsal import SandboxRequest

from .control import Control
from .ledger import Ledger
from .listening import Runner
from .mounts import rehearsals
from .office import Office
from .outcomes import respond
from .settings import PUSH_FORMS, Settings

LARGEST_REQUEST = 16 * 1024 * 1024
SLASHES = re.compile("/{2,}")
"""Usual servers take several for one."""
IN_MEMORY = ":memory:"
HOST, PORT = "127.0.0.1", 8801


@dataclass(slots=True)
class Options:
    """How the sandbox is started. ``state`` is the file that keeps its books, or :data:`IN_MEMORY`."""

    host: str = HOST
    port: int = PORT
    state: str = IN_MEMORY
    seed: int = 0


class Sandbox:
    """The running sandbox. ``url`` is known after :meth:`start`."""

    def __init__(self, options: Options, settings: Settings | None = None) -> None:
        self._options = options
        self._office = Office(rehearsals(), Ledger(options.state), settings or Settings(), options.seed)
        self._mounts = [(f"{one.base_path}/", slug) for slug, one in self._office.rehearsals.items()]
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen. Raises OSError when the address cannot be had."""
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.add_routes(Control(self._office).routes())
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = Runner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._options.host, self._options.port, backlog=1024)
        try:
            await site.start()
        except OSError:
            await self._runner.cleanup()
            raise
        port = self._runner.addresses[0][1]
        self.url = f"http://{self._options.host}:{port}"
        await self._office.open()

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
        await self._office.close()

    def bases(self) -> list[tuple[str, str]]:
        """Provider and the base URL under which it is rehearsed."""
        return [(slug, self.url + base.rstrip("/")) for base, slug in self._mounts]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = SLASHES.sub("/", request.path)
        for base, slug in self._mounts:
            if path.startswith(base):
                return await self._rehearse(request, slug, path[len(base) - 1 :])
        return web.Response(status=404, text="No provider is rehearsed at this address.\n")

    async def _rehearse(self, request: web.Request, slug: str, path: str) -> web.StreamResponse:
        seen = SandboxRequest(
            request.method,
            path,
            # Of a parameter that is given twice the last one counts, as in PHP.
            dict(request.query.items()),
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
            self._office.now(),
        )
        answer, early = self._office.decide(slug, seen)
        if early:
            await self._office.pusher.push_now(early)
        if self._office.settings.answer_delay:
            await asyncio.sleep(self._office.settings.answer_delay)
        return await respond(request, answer, self._office.settings)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command line, shared by the management command and ``python -m providers.sandbox``."""
    parser.add_argument("--host", default=HOST, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=PORT, help="port to listen on (default: %(default)s)")
    parser.add_argument("--state", default=IN_MEMORY, metavar="FILE", help="keep the ledger in this SQLite file")
    parser.add_argument("--gap-scale", type=float, default=1.0, help="1 keeps the 60 and 120 s between push tries")
    parser.add_argument("--receipt-delay", type=float, nargs=2, default=[0.5, 1.5], metavar=("LEAST", "MOST"))
    parser.add_argument("--batch-form", choices=PUSH_FORMS, default="single", help="form of voice report pushes")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random delays")


def run_from(args: argparse.Namespace) -> int:
    """Run until SIGINT or SIGTERM; the exit status."""
    settings = Settings()
    try:
        settings.change(
            {"gap_scale": args.gap_scale, "receipt_delay": args.receipt_delay, "batch_form": args.batch_form}
        )
    except ValueError as error:
        return _complain(str(error))
    options = Options(args.host, args.port, args.state, args.seed)
    try:
        asyncio.run(_serve_until_stopped(options, settings))
    except sqlite3.Error as error:
        return _complain(f"cannot keep the ledger in {options.state}: {error}")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _complain(f"port {options.port} of {options.host} is in use; choose another with --port")
        return _complain(f"cannot listen on {options.host}:{options.port}: {error.strerror}")
    return 0


async def _serve_until_stopped(options: Options, settings: Settings) -> None:
    sandbox = Sandbox(options, settings)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await sandbox.start()
    try:
        _announce(sandbox)
        await stopped.wait()
    finally:
        await sandbox.stop()


def _announce(sandbox: Sandbox) -> None:
    lines = [f"The sandbox listens on {sandbox.url}", *(f"  {slug:<10} {base}" for slug, base in sandbox.bases())]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _complain(words: str) -> int:
    sys.stderr.write(f"sandbox: {words}\n")
    return 1
