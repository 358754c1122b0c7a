"""Waiting for a sandbox."""

import time

import requests

from providers.sandbox.client import SandboxConsole


def wait_until_up(console: SandboxConsole, seconds: float = 10.0) -> None:
    """Raises TimeoutError when the sandbox does not answer in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            console.health()
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"no sandbox answers at {console.url}")


def wait_until_pushed(console: SandboxConsole, seconds: float = 30.0) -> None:
    """Wait until no push is owed any more. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while console.health()["pending_pushes"]:
        if time.monotonic() > deadline:
            raise TimeoutError("the sandbox still owes pushes")
        time.sleep(0.02)
