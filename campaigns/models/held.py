"""Whether all sending is held."""

from django.conf import settings

from campaigns.models import Hold

UNHELD = "NOT EXISTS (SELECT 1 FROM campaigns_hold h WHERE h.is_open)"
"""The condition under which an intent may be written, for the statement that writes it."""


def current() -> Hold | None:
    """The hold that is open, None if sending goes on. One query, and two more for the reasons of a hold.

    While the setting HOLD_SENDING is on and no worker has written that down yet, it is a hold that is in no database.
    """
    hold = Hold.objects.filter(is_open=True).prefetch_related("reasons__user").first()
    return hold or (Hold() if settings.HOLD_SENDING else None)


def is_held() -> bool:
    """Whether nothing may be sent. One query."""
    return bool(settings.HOLD_SENDING) or Hold.objects.filter(is_open=True).exists()
