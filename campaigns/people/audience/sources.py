"""Where the rows of a list come from that has no file: contacts that are copied into an audience."""

from collections.abc import Callable

from campaigns.models import ListFile

ReadOn = Callable[[ListFile, Callable[[], bool]], bool]
"""Reads on behind what was read, as long as the callable says so; returns whether everything was read."""

_contacts: list[ReadOn] = []


def register_contacts(read_on: ReadOn) -> None:
    """Say how contacts are read. Called when the application starts."""
    _contacts[:] = [read_on]


def read_contacts(list_file: ListFile, going: Callable[[], bool]) -> bool:
    """Copy contacts into the audience of *list_file*; see :data:`ReadOn`."""
    (read_on,) = _contacts
    return read_on(list_file, going)
