"""Using files that exist at a provider already: their ids are typed, or chosen from the account's list."""

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.wake import publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.accounts.models import Account
from providers.contract.words import Words, gettext_noop

from .copies import FETCH
from .models import CopyState, FetchedFile, FileList, VoiceFile, VoiceFileCopy

BATCH = 200
"""Files taken over in one transaction."""

AT_THE_SAME_MOMENT = _("Somebody took over this file at the same moment. Look for it in the list.")


def take_over(*, name: str, account: Account, file_id: str, by: Any) -> VoiceFile:
    """Make a file usable that exists at the provider already. Raises Refusal when its id is known at the account."""
    with transaction.atomic():
        voice_file = VoiceFile.objects.create(name=name, created_by=by)
        _there(VoiceFileCopy(voice_file=voice_file, account=account), file_id)
    return voice_file


def add_copy(voice_file: VoiceFile, *, account: Account, file_id: str) -> VoiceFileCopy:
    """Say under which id the recording exists at an account, also of a copy that failed or is unclear.

    Raises Refusal when one is known already, or on its way.
    """
    with transaction.atomic():
        copy = voice_file.copies.select_for_update().filter(account=account).first()
        if copy is not None and copy.state == CopyState.THERE:
            raise Refusal(_("A file id of this recording is known at that account already."), "account")
        if copy is not None and copy.state in (CopyState.WAITING, CopyState.SENDING):
            raise Refusal(_("This recording is being sent to that account. Wait for what comes of it."), "account")
        return _there(copy or VoiceFileCopy(voice_file=voice_file, account=account), file_id)


def _there(copy: VoiceFileCopy, file_id: str) -> VoiceFileCopy:
    known = VoiceFileCopy.objects.filter(account=copy.account, file_id=file_id).select_related("voice_file").first()
    if known is not None:
        text = gettext_noop("This file id was taken over already, as “%(name)s”. Use that entry.")
        raise Refusal(Words(text, {"name": known.voice_file.name}), "file_id")
    copy.state, copy.file_id, copy.next_attempt_at, copy.words, copy.raw = CopyState.THERE, file_id, None, "", ""
    try:
        with transaction.atomic():
            copy.save()
    except IntegrityError as error:
        raise Refusal(AT_THE_SAME_MOMENT, "file_id") from error
    return copy


def fetch(account: Account) -> None:
    """Ask a worker to read the account's list anew. While it is being read nothing more is asked for."""
    now = timezone.now()
    with transaction.atomic():
        FileList.objects.get_or_create(account=account)
        idle = FileList.objects.filter(account=account, next_attempt_at=None)
        if idle.update(next_attempt_at=now, page=0, pages=0, words="", raw=""):
            publish_on_commit(FETCH, account.pk)


def take_over_listed(account: Account, entries: Collection[int], by: Any) -> int:
    """Take over listed files by the keys of their entries, under the provider's names. Returns how many were new.

    Raises Refusal when somebody else took one over meanwhile; then nothing is taken over.
    """
    files = FetchedFile.objects.filter(account=account, pk__in=entries)
    known_ids, known_names = known_at(account, files)
    new = [file for file in files if file.file_id not in known_ids and file.name not in known_names]
    try:
        with transaction.atomic():
            made = VoiceFile.objects.bulk_create(
                VoiceFile(name=(file.name or file.file_id)[:120], created_by=by) for file in new
            )
            VoiceFileCopy.objects.bulk_create(
                VoiceFileCopy(voice_file=voice_file, account=account, file_id=file.file_id)
                for voice_file, file in zip(made, new, strict=True)
            )
    except IntegrityError as error:
        raise Refusal(AT_THE_SAME_MOMENT) from error
    return len(new)


def take_over_all(account: Account, search: str, by: Any) -> int:
    """Take over every listed file with *search* in its name that is unknown here. Returns how many that were.

    Raises Refusal as :func:`take_over_listed` does; what was taken over before that stays.
    """
    taken, last = 0, 0
    files = FetchedFile.objects.filter(account=account, name__icontains=search).order_by("pk")
    while entries := list(files.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        taken += take_over_listed(account, entries, by)
        last = entries[-1]
    return taken


def known_at(account: Account, files: Collection[FetchedFile]) -> tuple[dict[str, VoiceFile], dict[str, VoiceFile]]:
    """The voice files here that listed files are: by the provider's id, and by the name under which we sent them."""
    copies = VoiceFileCopy.objects.filter(account=account).select_related("voice_file")
    by_id = copies.filter(file_id__in=[file.file_id for file in files])
    by_name = copies.filter(remote_name__in=[file.name for file in files if file.name])
    return {one.file_id: one.voice_file for one in by_id}, {one.remote_name: one.voice_file for one in by_name}
