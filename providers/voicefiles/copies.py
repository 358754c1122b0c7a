"""What is decided about the copies of voice files at the accounts. The calls to providers are in ``copysending``.

A copy goes from waiting over sending to there or failed. Where nobody knows whether the provider took it, it is
unclear, and nothing is sent again before the provider's own list was asked. ``next_attempt_at`` says when a worker has
something to do; a wake-up that is lost or doubled changes nothing.
"""

import logging
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.wake import publish, publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.accounts.models import Account, AccountState
from providers.contract.abilities import Ability

from .models import CopyState, FileList, VoiceFile, VoiceFileCopy
from .obstacles import obstacle, offered_not
from .remotenames import remote_name

logger = logging.getLogger(__name__)

TASK = "providers.send_voice_file"
FETCH = "providers.fetch_voice_files"
WAKE_SECONDS = 10.0
MOST_WAKES = 100
"""Wake-ups per sweep: what is left over is found by the next one."""

TRIES = 5


def ensure(voice_file: VoiceFile, account: Account, by: Any) -> VoiceFileCopy:
    """The copy at *account*: the one there is, in whatever state, or a new one that a worker sends.

    Raises Refusal when there is none and the account cannot take this file. A paused account takes it once resumed.
    """
    known = _known(voice_file, account)
    if known is None:
        words = obstacle(voice_file, account)
        if words is not None:
            raise Refusal(words, "account")
        known = _new_copy(voice_file, account)
        logger.info("%s wants voice file %s at account %s", by, voice_file.pk, account.pk)
    if known.state == CopyState.WAITING:
        publish_on_commit(TASK, known.pk)
    return known


def send(voice_file: VoiceFile, accounts: QuerySet[Account], by: Any) -> int:
    """Send the file to each of *accounts* where it is not and may be. Returns to how many; no account is no error."""
    sent = 0
    for account in accounts:
        if _known(voice_file, account) is None and offered_not(voice_file, account) is None:
            ensure(voice_file, account, by)
            sent += 1
    return sent


def try_again(copy: VoiceFileCopy) -> None:
    """Send it under a new name, after the provider refused it or a person knows that it does not have it.

    Raises Refusal while it is under way, or while the provider was never asked what became of it.
    """
    words = offered_not(copy.voice_file, copy.account)
    if words is not None:
        raise Refusal(words)
    rows = VoiceFileCopy.objects.filter(pk=copy.pk)
    fresh = {"remote_name": _new_name(copy.voice_file, copy.account), "started_at": None, "asked": 0, **_waiting()}
    with transaction.atomic():
        # A late answer to the earlier request finds that it is not meant any more: it began at another time.
        repeatable = Q(state=CopyState.FAILED) | Q(state=CopyState.UNCLEAR, asked__gt=0)
        if not rows.filter(repeatable).update(**fresh, words="", raw=""):
            raise Refusal(_("There is nothing to send again: its state has changed meanwhile. Look at it anew."))
        publish_on_commit(TASK, copy.pk)


def ask_now(copy: VoiceFileCopy) -> None:
    """Ask the provider's list without waiting for the next time. Raises Refusal when nothing is unclear."""
    now = timezone.now()
    unclear = VoiceFileCopy.objects.filter(pk=copy.pk, state=CopyState.UNCLEAR)
    with transaction.atomic():
        if not unclear.update(next_attempt_at=now, changed_at=now):
            raise Refusal(_("Nothing is unclear about this copy any more. Look at it anew."))
        publish_on_commit(TASK, copy.pk)


def wake_copies() -> None:
    """Wake the workers for whatever is due, or was left behind by one of them; being asked twice does no harm."""
    able = Account.objects.able_to(Ability.TAKES_VOICE_FILES).filter(state=AccountState.ACTIVE)
    due = VoiceFileCopy.objects.filter(next_attempt_at__lte=timezone.now(), account__in=able)
    for copy_id in due.order_by("next_attempt_at").values_list("pk", flat=True)[:MOST_WAKES]:
        publish(TASK, copy_id, expires=WAKE_SECONDS)
    lists = FileList.objects.filter(next_attempt_at__lte=timezone.now(), account__in=able)
    for account_id in lists.values_list("account_id", flat=True):
        publish(FETCH, account_id, expires=WAKE_SECONDS)


def _known(voice_file: VoiceFile, account: Account) -> VoiceFileCopy | None:
    return VoiceFileCopy.objects.filter(voice_file=voice_file, account=account).first()


def _new_copy(voice_file: VoiceFile, account: Account) -> VoiceFileCopy:
    """Two people may ask at once, and a name may be taken by the rarest of chances: the database decides."""
    for _try in range(TRIES):
        name = _new_name(voice_file, account)
        try:
            with transaction.atomic():
                return VoiceFileCopy.objects.create(
                    voice_file=voice_file, account=account, remote_name=name, **_waiting()
                )
        except IntegrityError:
            known = _known(voice_file, account)
            if known is not None:
                return known
    raise Refusal(_("No free name was found for the file at this account. Please try again."))


def _new_name(voice_file: VoiceFile, account: Account) -> str:
    rules = account.gateway.file_rules
    if rules is None:
        raise ValueError(f"{account.provider} takes no voice files")
    return remote_name(voice_file, rules)


def _waiting() -> dict[str, Any]:
    now = timezone.now()
    return {"state": CopyState.WAITING, "next_attempt_at": now, "changed_at": now}
