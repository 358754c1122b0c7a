"""Holding all sending and releasing it."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.activity.services import record
from campaigns.models import ActivityKind, Hold, HoldCause, HoldReason
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

RELEASED = Words(gettext_noop("Sending was released. Campaigns that run go on."))
NOT_HELD = Words(gettext_noop("Sending is not held any more. Nothing was changed."))
BY_SETTING = Words(
    gettext_noop(
        "The setting HOLD_SENDING holds all sending, so it cannot be released here. Whoever looks after this "
        "installation takes the setting away and starts the processes again; then it can be released."
    )
)
MORE_REASONS = Words(
    gettext_noop(
        "Since you opened this page there is another reason to hold. Read it, and release again if it is right."
    )
)


def hold_all(words: Words, cause: str, user: AbstractBaseUser | None = None) -> None:
    """Hold all sending because of *words*; *cause* is one of HoldCause.

    Heeded by every sender from its next turn on: what is in flight then ends by itself. May be called again and again:
    of each cause the first words stay, and the first cause stays the first.
    """
    with transaction.atomic():
        hold, opened = _opened()
        reason = HoldReason(hold=hold, cause=HoldCause(cause), words=words.pack(), user_id=user.pk if user else None)
        if _inserted(reason):
            record(ActivityKind.SENDING_HELD, words, user=user, attention=opened)


def release(user: AbstractBaseUser | None, *, seen: int | None = None) -> None:
    """Let every sender go on. Raises Refusal if nothing is held, if the setting holds it, or if the newest reason is
    not the *seen* one (key of a HoldReason)."""
    if settings.HOLD_SENDING:
        raise Refusal(BY_SETTING)
    with transaction.atomic():
        hold = Hold.objects.select_for_update().filter(is_open=True).first()
        if hold is None:
            raise Refusal(NOT_HELD)
        if seen is not None and hold.reasons.filter(pk__gt=seen).exists():
            raise Refusal(MORE_REASONS)
        hold.is_open, hold.released_at, hold.released_by_id = False, timezone.now(), user.pk if user else None
        hold.save(update_fields=["is_open", "released_at", "released_by"])
        record(ActivityKind.SENDING_RELEASED, RELEASED, user=user)


def _opened() -> tuple[Hold, bool]:
    """The open hold, locked, and whether this made it; two may hold at the same moment."""
    while True:
        hold = Hold.objects.select_for_update().filter(is_open=True).first()
        if hold is not None:
            return hold, False
        made = Hold()
        if _inserted(made):
            return made, True


def _inserted(row: Hold | HoldReason) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        row.pk = None
        return False
    return True
