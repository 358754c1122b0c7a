"""Everything that changes voice files."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.errors import Refusal
from providers.accounts.models import Account
from providers.accounts.services import BUSY_CAMPAIGNS
from providers.contract.words import Words, gettext_noop

from .models import VoiceFile, VoiceFileCopy


def take_over(*, name: str, account: Account, file_id: str, by: Any) -> VoiceFile:
    """Make a file usable that exists at the provider already. Raises Refusal when its id is known at the account."""
    with transaction.atomic():
        voice_file = VoiceFile.objects.create(name=name, created_by=by)
        _add(voice_file, account, file_id)
    return voice_file


def add_copy(voice_file: VoiceFile, *, account: Account, file_id: str) -> VoiceFileCopy:
    """Say under which id the same recording exists at another account. Raises Refusal when one is known already."""
    if voice_file.copies.filter(account=account).exists():
        raise Refusal(_("A file id of this recording is known at that account already."), "account")
    with transaction.atomic():
        return _add(voice_file, account, file_id)


def _add(voice_file: VoiceFile, account: Account, file_id: str) -> VoiceFileCopy:
    known = VoiceFileCopy.objects.filter(account=account, file_id=file_id).select_related("voice_file").first()
    if known is not None:
        text = gettext_noop("This file id was taken over already, as “%(name)s”. Use that entry.")
        raise Refusal(Words(text, {"name": known.voice_file.name}), "file_id")
    try:
        with transaction.atomic():
            return VoiceFileCopy.objects.create(voice_file=voice_file, account=account, file_id=file_id)
    except IntegrityError as error:
        raise Refusal(
            _("Somebody took over this file at the same moment. Look for it in the list."), "file_id"
        ) from error


def archive(voice_file: VoiceFile) -> None:
    """No longer offer the file. Raises Refusal while campaigns that are not finished play it."""
    with transaction.atomic():
        locked = VoiceFile.objects.select_for_update().get(pk=voice_file.pk)
        busy = locked.campaign_set.filter(state__in=BUSY_CAMPAIGNS).count()
        if busy:
            text = gettext_noop("%(count)s campaigns that are not finished play this file. It stays until they are.")
            raise Refusal(Words(text, {"count": busy}))
        VoiceFile.objects.filter(pk=voice_file.pk, archived_at=None).update(archived_at=timezone.now())


def restore(voice_file: VoiceFile) -> None:
    """Offer an archived file again."""
    VoiceFile.objects.filter(pk=voice_file.pk).update(archived_at=None)
