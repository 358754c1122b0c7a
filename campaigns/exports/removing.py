"""Ending exports that may hold what was erased since they were made."""

from django.db.models import QuerySet
from django.utils import timezone

from campaigns.models import Export, ExportState
from notifyadmin.wake import publish_on_commit
from providers.contract.words import Words, gettext_noop

from . import keeping
from .writing import JOB

NAMING = ("recipients", "receipts", "suppression", "contacts", "activity")
"""Lists that show numbers, or sentences and providers' words in which one may stand."""

AGEING = ("receipts", "activity")
"""Those of them that lose by age what retention erases, besides the recipients of its campaigns."""

REMOVED = Words(gettext_noop("Removed because numbers were erased since it was made. Make it again if you need it."))


def remove(exports: QuerySet[Export]) -> int:
    """Remove the files of *exports*; returns how many. What is being written is begun anew, without what was erased.

    May run again. The file goes first: a row without a file is found again, a file whose row is over is not.
    """
    removed = 0
    for export in exports.filter(state__in=[ExportState.READY, ExportState.WRITING]):
        keeping.remove(export)
        still = Export.objects.filter(pk=export.pk)
        if still.filter(state=ExportState.WRITING).update(state=ExportState.WAITING, lease_until=None, rows=0, tries=0):
            publish_on_commit(JOB.task, export.pk)
        else:
            # It may have become ready between the two.
            keeping.remove(export)
            removed += still.filter(state=ExportState.READY).update(**_over())
    return removed


def remove_naming(digits: str) -> None:
    """Remove all exports that may hold the number that ends in *digits*, and those that were to look for it.

    Who stood in a list when it was made cannot be told from what stands in it now, so it is every list with numbers.
    """
    looking = Export.objects.filter(query__contains=digits)
    for export in looking.exclude(state=ExportState.REMOVED):
        keeping.remove(export)
    looking.update(**_over())
    remove(Export.objects.filter(listing__in=NAMING))


def _over() -> dict[str, object]:
    ended = {"state": ExportState.REMOVED, "words": REMOVED.pack(), "query": "", "size": 0, "lease_until": None}
    return {**ended, "finished_at": timezone.now(), "seen": False}
