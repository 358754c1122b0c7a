"""What tests need to know of the door for pushes."""

import time

from providers.webhooks import receiving


def wait_for_pushes(seconds: float = 20.0) -> None:
    """Wait until every push that this process has acknowledged is in the database. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while receiving.journal().waiting_bytes():
        if time.monotonic() > deadline:
            raise TimeoutError("pushes still wait for the database")
        time.sleep(0.005)
