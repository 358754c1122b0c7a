"""Asking for exports."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from campaigns.models import Export, ExportState
from notifyadmin.wake import publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from . import keeping
from .listings import XLSX, Asked, Listing
from .writing import JOB

MOST_AT_A_TIME = 10
"""Exports of one person that may wait or be kept at a time before the oldest has to be deleted."""

ENOUGH = Words(gettext_noop("You have as many exports as are kept at a time. Delete one that is not needed any more."))


def fits_at_once(rows: int, kind: str) -> bool:
    """Whether a file of so many rows is written while somebody waits."""
    most: int = settings.EXPORT_AT_ONCE_XLSX if kind == XLSX else settings.EXPORT_AT_ONCE_CSV
    return rows <= most


def ask(listing: Listing, asked: Asked, kind: str, *, rows: int, campaign_id: int | None = None) -> Export:
    """Have the list written in the background, in the language and the zone of the moment. Raises Refusal."""
    with transaction.atomic():
        kept = Export.objects.filter(user_id=asked.user.pk).exclude(state=ExportState.REMOVED)
        if kept.count() >= MOST_AT_A_TIME:
            raise Refusal(ENOUGH)
        export = Export.objects.create(
            user_id=asked.user.pk,
            listing=listing.name,
            campaign_id=campaign_id,
            format=kind,
            query=asked.stored(),
            language=translation.get_language() or "en",
            time_zone=timezone.get_current_timezone_name(),
            total=rows,
            seen=False,
        )
        publish_on_commit(JOB.task, export.pk)
    return export


def delete(export: Export) -> None:
    """Forget it. Whoever writes it notices."""
    Export.objects.filter(pk=export.pk).delete()
    keeping.remove(export)
