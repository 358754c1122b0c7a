"""The sandbox as a real server in a thread of its own, hurried, for journeys that need no browser."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Iterator
from typing import Any

from providers.sandbox.client import SandboxConsole
from providers.sandbox.server import Options, Sandbox
from providers.sandbox.settings import Settings

QUICK = {
    "receipt_delay": [0.01, 0.05],
    "review_delay": 0.05,
    "gap_scale": 0.001,
    "slow_seconds": 0.2,
    "late_seconds": 0.2,
}
START_SECONDS = 30


@contextlib.contextmanager
def sandbox_in_a_thread() -> Iterator[SandboxConsole]:
    """The console of a sandbox on a free port that lives as long as the context."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sandbox", daemon=True)
    thread.start()
    sandbox: Sandbox = _run(loop, _started())
    try:
        yield SandboxConsole(sandbox.url)
    finally:
        _run(loop, sandbox.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_SECONDS)
        loop.close()


async def _started() -> Sandbox:
    settings = Settings()
    settings.change(QUICK)
    sandbox = Sandbox(Options(port=0), settings)
    await sandbox.start()
    return sandbox


def _run(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run_coroutine_threadsafe(work, loop).result(START_SECONDS)
