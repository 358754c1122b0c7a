"""Ports: free ones for throw-away runs, and a clear word when a wanted one is taken."""

import socket


class PortTaken(Exception):
    """Another program listens on the wanted port. The message names the setting to change."""


def require_free(host: str, port: int, setting: str) -> None:
    """Raises PortTaken, naming *setting*, when nothing can listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Port {port} on {host} is in use. Stop the other program or choose another port: "
                f"{setting}={port + 1} make run"
            ) from error


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
