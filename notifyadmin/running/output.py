"""What a command says is seen when it says it."""

import io
import sys


def speak_at_once() -> None:
    """Write line by line also into a pipe: a password shown once must not wait in a buffer that a kill throws away."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
