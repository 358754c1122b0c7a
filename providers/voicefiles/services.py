"""What staff change about voice files. Uploading, sending and taking over have rooms of their own."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.errors import Refusal
from providers.accounts.services import BUSY_CAMPAIGNS
from providers.contract.words import Words, gettext_noop

from . import keeping
from .models import CopyState, Tag, VoiceFile

NAMED = 5
"""As many campaigns are named in a message; more would hide what it says."""

BUSY = gettext_noop(
    "Campaigns that are not finished play this file: %(names)s. It stays until they have finished or are cancelled."
)
DRAFTED = gettext_noop(
    "Drafts of campaigns play this file: %(names)s. Choose another file there or delete the drafts, then delete it."
)
PLAYED = gettext_noop(
    "Campaigns have played this file: %(names)s. It belongs to the evidence of what people heard, so it cannot be "
    "deleted. Archive it: new campaigns will not offer it any more."
)


def describe(voice_file: VoiceFile, *, name: str, description: str, tags: Iterable[str]) -> None:
    """Change what staff call the file. Words that no file has any more are forgotten."""
    with transaction.atomic():
        VoiceFile.objects.filter(pk=voice_file.pk).update(name=name, description=description)
        Tag.objects.bulk_create([Tag(name=tag) for tag in tags], ignore_conflicts=True)
        voice_file.tags.set(Tag.objects.filter(name__in=tags))
        Tag.objects.filter(voice_files=None).delete()


def archive(voice_file: VoiceFile) -> None:
    """No longer offer the file. Raises Refusal while campaigns that are not finished play it."""
    with transaction.atomic():
        locked = VoiceFile.objects.select_for_update().get(pk=voice_file.pk)
        _refuse_if_played(locked, BUSY, state__in=BUSY_CAMPAIGNS)
        VoiceFile.objects.filter(pk=voice_file.pk, archived_at=None).update(archived_at=timezone.now())


def restore(voice_file: VoiceFile) -> None:
    """Offer an archived file again."""
    VoiceFile.objects.filter(pk=voice_file.pk).update(archived_at=None)


def delete(voice_file: VoiceFile) -> None:
    """Forget the file and our bytes of it; copies at providers stay there.

    Raises Refusal when any campaign names it, or while it is on its way to an account.
    """
    try:
        with transaction.atomic():
            _delete(VoiceFile.objects.select_for_update().get(pk=voice_file.pk))
    except (ProtectedError, IntegrityError) as error:
        raise Refusal(_("A campaign chose this file at the same moment, so it was not deleted.")) from error


def _delete(locked: VoiceFile) -> None:
    _refuse_if_played(locked, BUSY, state__in=BUSY_CAMPAIGNS)
    _refuse_if_played(locked, DRAFTED, state="draft")
    _refuse_if_played(locked, PLAYED)
    if locked.copies.filter(state=CopyState.SENDING).exists():
        raise Refusal(_("The file is being sent to an account just now. Wait for the answer, then delete it."))
    locked.delete()
    Tag.objects.filter(voice_files=None).delete()
    if name := locked.file.name:
        transaction.on_commit(lambda: keeping.remove(name))


def _refuse_if_played(voice_file: VoiceFile, text: str, **which: Any) -> None:
    names = list(voice_file.campaign_set.filter(**which).values_list("name", flat=True)[: NAMED + 1])
    if names:
        shown = ", ".join(f"“{name}”" for name in names[:NAMED])
        raise Refusal(Words(text, {"names": shown + (", …" if len(names) > NAMED else "")}))
