"""Erasing everything about one number, on demand: asking for it, and what there is about a number.

Rows stay, so that counts, states, times and costs stay; the number in them goes, and whatever was said to it or about
it. The suppression list keeps it unless it is asked to go as well: without its entry the next list would reach it.
What is done and in which order stands in :mod:`.steps`, who does it in :mod:`.working`.
"""

import hmac
import re
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from campaigns.models import Campaign, Erasure, ErasureState, Receipt, Recipient
from campaigns.models.by_number import recipients_of
from campaigns.models.statuses import OPEN_STATES
from notifyadmin.wake import publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

TASK = "campaigns.erase_number"
TELLING = 10
"""Last digits by which a number is looked for in raw bodies: providers write it with and without its country code."""

UNDER_WAY = (ErasureState.WAITING, ErasureState.ERASING)

OPEN = gettext_noop(
    "This number still waits in these campaigns: %(names)s. Cancel them, or wait until what is under way has its "
    "receipt; then erase it. Put it on the suppression list now, and it is not reached before."
)
QUOTES_ITSELF = Words(gettext_noop("The reason names the number. It is kept, so write it without the number."))
NOT_FAILED = Words(gettext_noop("This has not failed, so there is nothing to try again."))


def ask(number: str, user: AbstractBaseUser | None, reason: str, *, suppression: bool = False) -> Erasure:
    """Have everything about *number* (digits with country code) erased in the background; docs/receipts.md says what.

    What is under way already goes on, and takes it off the suppression list too when that is asked for now. Raises
    Refusal while the number is waited for.
    """
    if number[-TELLING:] in re.sub(r"\D", "", reason):
        raise Refusal(QUOTES_ITSELF, "reason")
    refuse_open(people(number))
    asked = {"key": key_of(number), "reason": " ".join(reason.split())[:300], "user_id": user.pk if user else None}
    with transaction.atomic():
        erasure, is_new = Erasure.objects.get_or_create(number=number, defaults={**asked, "suppression": suppression})
        if not is_new and erasure.state == ErasureState.FAILED:
            Erasure.objects.filter(pk=erasure.pk).update(**asked)
            _again(erasure)
        if suppression:
            Erasure.objects.filter(pk=erasure.pk).update(suppression=True)
        publish_on_commit(TASK, erasure.pk)
    erasure.refresh_from_db()
    return erasure


def try_again(erasure: Erasure) -> None:
    """Erase what could not be erased. Raises Refusal where nothing has failed, or while the number is waited for."""
    refuse_open(people(erasure.number))
    with transaction.atomic():
        if not _again(erasure):
            raise Refusal(NOT_FAILED)
        publish_on_commit(TASK, erasure.pk)


def _again(erasure: Erasure) -> int:
    """From the beginning: what came since then may have it, and what is erased twice is erased."""
    failed = Erasure.objects.filter(pk=erasure.pk, state=ErasureState.FAILED)
    afresh = {"words": "", "step": 0, "cursor": 0, "tries": 0, "lease_until": None, "finished_at": None}
    return failed.update(state=ErasureState.WAITING, created_at=timezone.now(), **afresh)


def last_of(number: str) -> Erasure | None:
    """What became of the last time that *number* was to be erased."""
    return Erasure.objects.filter(key=key_of(number)).select_related("user").order_by("-pk").first()


def latest(most: int) -> list[Erasure]:
    """Those that are under way, and the last that are over, newest first."""
    rows = Erasure.objects.select_related("user")
    return list(rows.order_by(F("finished_at").desc(nulls_first=True), "-pk")[:most])


def key_of(number: str) -> str:
    """By which whoever knows the number and the installation's key can tell the audit line about it."""
    return hmac.new(settings.SECRET_KEY.encode(), number.encode(), "sha256").hexdigest()[:12]


def people(number: str) -> QuerySet[Recipient]:
    """Every recipient with this number, out of the index."""
    return recipients_of(number)


def receipts(number: str) -> QuerySet[Receipt]:
    """Receipts about it, out of the indexes: those of its recipients, and those that found nobody."""
    own = Receipt.objects.filter(recipient__in=people(number))
    nobodys = Receipt.objects.filter(recipient=None, number__in=[number, f"+{number}", f"00{number}"])
    both = (some.order_by().values("pk") for some in (own, nobodys))
    return Receipt.objects.filter(pk__in=next(both).union(*both))


def refuse_open(held: Iterable[Recipient]) -> None:
    """Raises Refusal where somebody of *held* is still waited for."""
    waiting = {person.campaign_id for person in held if person.state in OPEN_STATES}
    names = Campaign.objects.filter(pk__in=waiting).order_by("pk").values_list("name", flat=True)[:10]
    if waiting:
        raise Refusal(Words(OPEN, {"names": ", ".join(f"“{name}”" for name in names)}))
