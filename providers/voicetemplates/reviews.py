"""What providers say about templates they were given.

A review of an id that no template has is kept as UnknownReview, for staff to see; the push itself is read again until
the id is known (a review can overtake the answer that carries it).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from providers.accounts.models import Account
from providers.contract.events import ReviewEvent
from providers.contract.statuses import Review
from providers.contract.words import Words, gettext_noop

from .models import TemplateEvent, TemplateState, UnknownReview, VoiceTemplate

VERDICTS = {
    Review.APPROVED: (TemplateState.APPROVED, Words(gettext_noop("Approved by the provider"))),
    Review.REJECTED: (TemplateState.REJECTED, Words(gettext_noop("Rejected by the provider"))),
}
UNREADABLE = Words(gettext_noop("The provider said something about this template that no document explains"))
AFTER_DELETION = Words(gettext_noop("A review came after the template was deleted; it changes nothing"))
OVERTAKEN = Words(gettext_noop("An older review arrived late; the newer one counts"))
SAID = frozenset(
    {*(words.text for _, words in VERDICTS.values()), UNREADABLE.text, AFTER_DELETION.text, OVERTAKEN.text}
)
"""The sentences of the timeline that come from a provider's push."""

LONGEST_ID = 64


def apply_review(account: Account, event: ReviewEvent, at: datetime) -> bool:
    """Apply a review that was received *at* that time. False when no template of the account has its id (yet).

    Idempotent, and independent of the order in which reviews are applied: the one received last counts.
    """
    with transaction.atomic():
        template = (
            VoiceTemplate.objects.select_for_update()
            .filter(account=account, provider_id=event.template_id)
            .exclude(provider_id="")
            .first()
        )
        if template is None:
            _keep(account, event, at)
            return False
        _kept(account.pk, event.template_id).delete()
        _apply(template, event, at)
    return True


def apply_kept(template: VoiceTemplate) -> None:
    """Apply what was said about the template's id before the id was known here.

    Belongs into the transaction that gives the (locked) template its id.
    """
    for kept in _kept(template.account_id, template.provider_id):
        _apply(template, ReviewEvent(kept.template_id, Review(kept.review), kept.code, kept.raw), kept.at)
        kept.delete()


def dismiss(review: UnknownReview) -> None:
    """Hide it until the provider says something about that id again."""
    UnknownReview.objects.filter(pk=review.pk, at=review.at).update(dismissed=True)


def _apply(template: VoiceTemplate, event: ReviewEvent, at: datetime) -> None:
    if event.review not in VERDICTS:
        _write_once(template, UNREADABLE, event)
    elif template.state == TemplateState.DELETED:
        _write_once(template, AFTER_DELETION, event)
    elif template.reviewed_at is not None and template.reviewed_at >= at:
        if template.state != VERDICTS[event.review][0]:
            _write_once(template, OVERTAKEN, event)
    else:
        _settle(template, event, at)


def _settle(template: VoiceTemplate, event: ReviewEvent, at: datetime) -> None:
    state, words = VERDICTS[event.review]
    repeated = template.state == state
    template.state, template.reviewed_at, template.reviewed_by_hand = state, at, False
    template.reason = event.raw if state == TemplateState.REJECTED else ""
    template.unclear_words = ""
    template.save(update_fields=["state", "reviewed_at", "reviewed_by_hand", "unclear_words", "reason"])
    if not (repeated and _count_again(template, words, event)):
        TemplateEvent.objects.create(template=template, state=state, words=words.pack(), raw=_raw(event))


def _count_again(template: VoiceTemplate, words: Words, event: ReviewEvent) -> bool:
    """Count a review that says what an earlier one said; False when none did."""
    last = template.events.filter(words=words.pack(), raw=_raw(event)).last()
    if last is None:
        return False
    TemplateEvent.objects.filter(pk=last.pk).update(times=F("times") + 1)
    return True


def _write_once(template: VoiceTemplate, words: Words, event: ReviewEvent) -> None:
    TemplateEvent.objects.get_or_create(
        template=template, words=words.pack(), raw=_raw(event), defaults={"state": template.state}
    )


def _kept(account_id: int, template_id: str) -> QuerySet[UnknownReview]:
    return UnknownReview.objects.filter(account_id=account_id, template_id=template_id[:LONGEST_ID])


def _keep(account: Account, event: ReviewEvent, at: datetime) -> None:
    """Remember the newest. The same push is read again until its template is known, and then changes nothing."""
    said = {"review": event.review.value, "code": event.code[:32], "raw": event.raw, "at": at}
    kept, made = UnknownReview.objects.get_or_create(
        account=account, template_id=event.template_id[:LONGEST_ID], defaults=said
    )
    if not made and kept.at < at:
        changed = said | {"times": F("times") + 1, "dismissed": False}
        UnknownReview.objects.filter(pk=kept.pk, at__lt=at).update(**changed)


def _raw(event: ReviewEvent) -> str:
    return f"{event.code} {event.raw}".strip()
