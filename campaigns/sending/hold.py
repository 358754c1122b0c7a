"""Holding all sending and releasing it."""

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Hold, HoldCause, HoldReason
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

SET = Words(gettext_noop("The setting HOLD_SENDING of this installation says so."))
RELEASED = Words(gettext_noop("Sending was released. Campaigns that run go on."))
RELEASED_WITH = gettext_noop("Sending was released. Campaigns that run go on. Note: %(note)s")
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
        if hold.reasons.filter(cause=cause).exists():
            return
        reason = HoldReason(hold=hold, cause=HoldCause(cause), words=words.pack(), user_id=user.pk if user else None)
        reason.save(force_insert=True)
        record(ActivityKind.SENDING_HELD, words, user=user, attention=opened)


def hold_by_setting() -> None:
    """Write down that the setting holds all sending, so that all processes and pages know it."""
    if is_by_setting():
        hold_all(SET, HoldCause.SETTING)


def is_by_setting() -> bool:
    """Whether the setting of this very process holds all sending."""
    return bool(settings.HOLD_SENDING)


def release(user: AbstractBaseUser | None, *, seen: int | None = None, note: str = "") -> None:
    """Let every sender go on. Raises Refusal if nothing is held, if the setting holds it, or if there are reasons that
    are newer than the *seen* one (key of a HoldReason)."""
    if is_by_setting():
        raise Refusal(BY_SETTING)
    with transaction.atomic():
        hold = Hold.objects.select_for_update().filter(is_open=True).first()
        if hold is None:
            raise Refusal(NOT_HELD)
        if seen is not None and hold.reasons.filter(pk__gt=seen).exists():
            raise Refusal(MORE_REASONS)
        hold.is_open, hold.released_at, hold.released_by_id = False, timezone.now(), user.pk if user else None
        hold.save(update_fields=["is_open", "released_at", "released_by"])
        note = " ".join(note.split())
        record(ActivityKind.SENDING_RELEASED, Words(RELEASED_WITH, {"note": note}) if note else RELEASED, user=user)


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
