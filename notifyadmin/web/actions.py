"""Links at the head of a page, in empty states and in table rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Action:
    """A link shown as a button to those with ``permission`` (everybody when empty)."""

    label: Any
    url: str
    permission: str = ""
    primary: bool = False


def allowed(actions: Iterable[Action], user: Any) -> list[Action]:
    """The actions that *user* may take."""
    return [action for action in actions if not action.permission or user.has_perm(action.permission)]
