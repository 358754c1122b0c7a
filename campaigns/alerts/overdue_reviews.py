"""Telling staff, once per hand-in, of voice templates whose review takes too long."""

from django.conf import settings
from django.db import transaction

from campaigns.models import ActivityKind
from providers.contract.words import Words, gettext_noop
from providers.voicetemplates import waiting

from . import subjects
from .services import record

BATCH = 100
OVERDUE = gettext_noop(
    "“%(name)s” (%(id)s) has been in review for more than %(hours)s hours, and the provider cannot be asked. "
    "Look in its console and set the state of the voice template by hand."
)


def tell_overdue_reviews() -> int:
    """A line for each overdue review that has none yet. Returns how many were written."""
    ids = list(waiting.untold_overdue().values_list("pk", flat=True)[:BATCH])
    return sum(_tell(template_id) for template_id in ids)


def _tell(template_id: int) -> bool:
    with transaction.atomic():
        template = waiting.tell_overdue(template_id)
        if template is None:
            return False
        values = {"name": template.name, "id": template.provider_id, "hours": settings.TEMPLATE_REVIEW_HOURS}
        record(
            ActivityKind.REVIEW_OVERDUE,
            Words(OVERDUE, values),
            account_id=template.account_id,
            attention=True,
            subject=subjects.subject(subjects.REVIEW, template.pk),
        )
    return True
