"""What providers say about templates they were given."""

from datetime import datetime

from django.db import transaction

from providers.accounts.models import Account
from providers.contract.events import ReviewEvent
from providers.contract.statuses import Review
from providers.contract.words import Words, gettext_noop

from .models import TemplateEvent, TemplateState, VoiceTemplate

VERDICTS = {
    Review.APPROVED: (TemplateState.APPROVED, Words(gettext_noop("Approved by the provider"))),
    Review.REJECTED: (TemplateState.REJECTED, Words(gettext_noop("Rejected by the provider"))),
}
UNREADABLE = Words(gettext_noop("The provider said something about this template that no document explains"))


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
            return False
        if event.review in VERDICTS:
            _settle(template, event, at)
        else:
            _write_once(template, UNREADABLE, event)
    return True


def _settle(template: VoiceTemplate, event: ReviewEvent, at: datetime) -> None:
    state, words = VERDICTS[event.review]
    later_known = template.reviewed_at is not None and template.reviewed_at >= at
    if later_known or template.state == TemplateState.DELETED:
        return
    repeated = template.state == state
    template.state, template.reviewed_at, template.unclear_words = state, at, ""
    template.reason = event.raw if state == TemplateState.REJECTED else ""
    template.save(update_fields=["state", "reviewed_at", "unclear_words", "reason"])
    if not repeated:
        TemplateEvent.objects.create(template=template, state=state, words=words.pack(), raw=_raw(event))


def _write_once(template: VoiceTemplate, words: Words, event: ReviewEvent) -> None:
    TemplateEvent.objects.get_or_create(
        template=template, words=words.pack(), raw=_raw(event), defaults={"state": template.state}
    )


def _raw(event: ReviewEvent) -> str:
    return f"{event.code} {event.raw}".strip()
