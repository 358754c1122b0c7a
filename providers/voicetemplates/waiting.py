"""What waits for the provider's word, and what has waited too long. No provider can be asked for a review."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from providers.contract.words import Words, gettext_noop

from .models import TemplateState, VoiceTemplate
from .timeline import locked, note

CALL_TIME = timedelta(minutes=3)
"""A hand-in that is still unanswered after this time was cut off: no call takes that long."""

OVERDUE = gettext_noop("No review after %(hours)s hours: look in the provider's console and set the state by hand")


def review_time() -> timedelta:
    """A review that takes longer is worth a look into the provider's console. A warning, never a state."""
    return timedelta(hours=settings.TEMPLATE_REVIEW_HOURS)


def needs_person(template: VoiceTemplate, now: datetime | None = None) -> bool:
    """Whether a hand-in came to no readable end, so that only a look into the provider's console tells."""
    if template.state != TemplateState.SUBMITTING:
        return False
    cut_off = template.submitted_at is not None and template.submitted_at < (now or timezone.now()) - CALL_TIME
    return bool(template.unclear_words) or cut_off


def in_review_since(template: VoiceTemplate) -> datetime | None:
    """Since when the provider's review is waited for; None when it is not."""
    if template.state != TemplateState.IN_REVIEW:
        return None
    return template.waiting_since or template.submitted_at or template.created_at


def is_overdue(template: VoiceTemplate, now: datetime | None = None) -> bool:
    """Whether the provider has had the template for longer than reviews take."""
    since = in_review_since(template)
    return since is not None and since < (now or timezone.now()) - review_time()


def overdue() -> QuerySet[VoiceTemplate]:
    """The templates of which :func:`is_overdue` is true, with ``since``, those that wait longest first."""
    since = Coalesce("waiting_since", "submitted_at", "created_at")
    waiting = VoiceTemplate.objects.filter(state=TemplateState.IN_REVIEW).annotate(since=since)
    return waiting.filter(since__lt=timezone.now() - review_time()).order_by("since", "pk")


def untold_overdue() -> QuerySet[VoiceTemplate]:
    """The overdue templates that staff have not been told of since they were handed in."""
    return overdue().exclude(told_overdue=F("since"))


def tell_overdue(template_id: int) -> VoiceTemplate | None:
    """Write into the timeline that the review is overdue, once per hand-in; None when that is done or over.

    Belongs into a transaction together with whatever else tells staff.
    """
    with transaction.atomic():
        template = locked(template_id)
        since = in_review_since(template)
        if not is_overdue(template) or template.told_overdue == since:
            return None
        template.told_overdue = since
        template.save(update_fields=["told_overdue"])
        note(template, Words(OVERDUE, {"hours": settings.TEMPLATE_REVIEW_HOURS}))
    return template
