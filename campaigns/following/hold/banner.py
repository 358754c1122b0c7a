"""That all sending is held, on every page."""

from typing import Any

from django.http import HttpRequest

from campaigns.models import Hold
from campaigns.models.held import current

_KEY = "_hold_of_all_sending"


def context(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the open hold. One statement while nothing is held."""
    return {"all_sending_held": lambda: held_for(request)}


def held_for(request: HttpRequest) -> Hold | None:
    """The open hold as this request sees it, asked once; None for those who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    if not hasattr(request, _KEY):
        setattr(request, _KEY, current())
    hold: Hold | None = getattr(request, _KEY)
    return hold
