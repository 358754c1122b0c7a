"""What workers do about copies: send a recording, and ask what became of it. Never inside a transaction.

The worker that moves a copy from waiting to sending makes the request; ``started_at`` is its token. Whoever asks holds
the copy by the ``next_attempt_at`` that it wrote. A doubled or late task finds nothing that it may take.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from providers.accounts.models import Account, AccountState
from providers.accounts.services import http_client
from providers.calllog import services as calllog
from providers.contract.abilities import Ability
from providers.contract.errors import NotSent, Refused
from providers.contract.files import FileAnswer, FileExists, FileTaken
from providers.contract.http import HttpClient
from providers.contract.words import Words, gettext_noop

from .listing import Reading, raw_of
from .models import CopyState, VoiceFileCopy

CALL_TIME = timedelta(minutes=10)
"""A request that is still unanswered after this time was cut off with its worker: the slowest upload takes less."""

FIRST_ASK = timedelta(seconds=5)
"""After a request that came to no readable end: the provider may be about to put the file into its list."""

RESTS = (30, 60, 120, 300, 600, 1800)
"""Seconds until the list is asked for again, after the first, second, third… time."""

CUT_OFF = Words(gettext_noop("The worker that sent it ended before the answer came."))
NOT_LISTED = Words(gettext_noop("The provider's list does not have the file, so it is sent once more."))
MISSING = Words(gettext_noop("The recording cannot be read on our side. Upload it again as a new voice file."))
KNOWN_ID = gettext_noop("The provider has the file as %(id)s, but that id belongs to another voice file here already.")


def send(copy_id: int, http: HttpClient | None = None) -> None:
    """Do what is due for the copy: send it, or ask what became of it. Nothing when somebody else did."""
    _notice_cut_off(copy_id)
    now = timezone.now()
    # No join: the state must be looked at again once another worker's change has been waited for.
    able = Account.objects.able_to(Ability.TAKES_VOICE_FILES).filter(state=AccountState.ACTIVE)
    due = VoiceFileCopy.objects.filter(pk=copy_id, account_id__in=able.values("pk"), next_attempt_at__lte=now)
    claimed = {"state": CopyState.SENDING, "started_at": now, "next_attempt_at": now + CALL_TIME, "changed_at": now}
    if due.filter(state=CopyState.WAITING).update(**claimed):
        _upload(_loaded(copy_id), now, http or http_client())
    elif due.filter(state=CopyState.UNCLEAR).update(next_attempt_at=now + CALL_TIME):
        _ask(_loaded(copy_id), now + CALL_TIME, http or http_client())


def _loaded(copy_id: int) -> VoiceFileCopy:
    return VoiceFileCopy.objects.select_related("account", "voice_file").get(pk=copy_id)


def _notice_cut_off(copy_id: int) -> None:
    now = timezone.now()
    lost = VoiceFileCopy.objects.filter(pk=copy_id, state=CopyState.SENDING, next_attempt_at__lte=now)
    lost.update(state=CopyState.UNCLEAR, words=CUT_OFF.pack(), raw="", changed_at=now)


def _upload(copy: VoiceFileCopy, token: datetime, http: HttpClient) -> None:
    """Make the one request and settle what came of it."""
    try:
        with copy.voice_file.file.open("rb") as file:
            content = file.read()
    except (OSError, ValueError):
        _settle(copy, token, Refused("", "", MISSING))
        return
    account = copy.account
    answer = account.gateway.upload_file(copy.remote_name, content, account.access(), http)
    with transaction.atomic():
        calllog.record(account.pk, "upload_file", answer)
        _settle(copy, token, answer)


def _settle(copy: VoiceFileCopy, token: datetime, answer: FileAnswer) -> None:
    now = timezone.now()
    ours = VoiceFileCopy.objects.filter(pk=copy.pk, started_at=token)
    sending = ours.filter(state=CopyState.SENDING)
    match answer:
        case FileTaken():
            # Also after the request was given up as cut off: this is the surest word that there can be.
            _there(ours.exclude(state=CopyState.THERE), answer.file_id)
        case NotSent(retry_after=wait) | Refused(retry_after=float() | int() as wait):
            later = now + timedelta(seconds=max(wait, 1.0))
            sending.update(**_told(answer.words, raw_of(answer)), state=CopyState.WAITING, next_attempt_at=later)
        case Refused():
            sending.update(**_told(answer.words, raw_of(answer)), state=CopyState.FAILED, next_attempt_at=None)
        case FileExists():
            # The name was made here and is nobody else's, so this tells that the file is there: under which id?
            _unclear(sending, copy, answer.words, "", now)
        case _:
            _unclear(sending, copy, answer.words, raw_of(answer), now)


def _told(words: Words, raw: str) -> dict[str, Any]:
    return {"words": words.pack(), "raw": raw, "changed_at": timezone.now()}


def _unclear(rows: Any, copy: VoiceFileCopy, words: Words, raw: str, now: datetime) -> None:
    soon = now + (_rest(copy.asked) if copy.asked else FIRST_ASK)
    rows.update(**_told(words, raw), state=CopyState.UNCLEAR, next_attempt_at=soon)


def _there(rows: Any, file_id: str) -> None:
    settled = {"state": CopyState.THERE, "file_id": file_id, "next_attempt_at": None}
    try:
        with transaction.atomic():
            rows.update(**_told(Words(""), ""), **settled)
    except IntegrityError:
        rows.update(**_told(Words(KNOWN_ID, {"id": file_id}), ""), state=CopyState.FAILED, next_attempt_at=None)


def _ask(copy: VoiceFileCopy, lease: datetime, http: HttpClient) -> None:
    """Look for the copy's name in the provider's list."""
    reading = Reading(copy.account, http)
    for page in reading.pages():
        found = next((file.file_id for file in page.files if file.name == copy.remote_name), "")
        if found:
            return _there(_held(copy, lease), found)
        renewed = timezone.now() + CALL_TIME
        if not _held(copy, lease).update(next_attempt_at=renewed):
            return None
        lease = renewed
    now = timezone.now()
    mine, asked = _held(copy, lease), copy.asked + 1
    if reading.problem is not None:
        rest = now + _rest(asked)
        mine.update(**_told(reading.problem, reading.raw), asked=asked, next_attempt_at=rest)
    else:
        mine.update(**_told(NOT_LISTED, ""), asked=asked, state=CopyState.WAITING, next_attempt_at=now)
    return None


def _held(copy: VoiceFileCopy, lease: datetime) -> Any:
    return VoiceFileCopy.objects.filter(pk=copy.pk, state=CopyState.UNCLEAR, next_attempt_at=lease)


def _rest(asked: int) -> timedelta:
    return timedelta(seconds=RESTS[min(asked, len(RESTS)) - 1])
