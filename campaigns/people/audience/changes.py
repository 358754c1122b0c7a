"""Tell whoever must know that an audience has changed; who that is registers when the application starts."""

from collections.abc import Callable

from django.contrib.auth.models import AbstractBaseUser

Listener = Callable[[int, AbstractBaseUser | None], None]
"""Called with the campaign's id and the user who changed the audience, outside the transaction of the change."""

_listeners: list[Listener] = []


def register(listener: Listener) -> None:
    """Have *listener* told about every change of an audience."""
    if listener not in _listeners:
        _listeners.append(listener)


def audience_changed(campaign_id: int, user: AbstractBaseUser | None) -> None:
    """Tell all listeners that the audience of a campaign is another one now."""
    for listener in _listeners:
        listener(campaign_id, user)
