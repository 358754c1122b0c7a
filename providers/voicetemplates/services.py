"""What staff do with voice templates. The calls to the provider are in ``handover``, its reviews in ``reviews``.

Every change of state happens under a lock, from a state that allows it, and leaves a line in the timeline.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.wake import publish, publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.accounts.models import Account, AccountState
from providers.accounts.services import BUSY_CAMPAIGNS
from providers.contract.words import Words, gettext_noop

from .models import TemplateEvent, TemplateState, VoiceTemplate
from .reviews import apply_review

__all__ = (
    "apply_review",
    "back_to_draft",
    "create_draft",
    "delete",
    "is_overdue",
    "needs_person",
    "overdue",
    "set_state",
    "submit",
    "take_over",
    "update_draft",
)

WAKE_SECONDS = 10.0
CALL_TIME = timedelta(minutes=3)
"""A hand-in that is still unanswered after this time was cut off: no call takes that long."""

REVIEW_TIME = timedelta(hours=24)
"""A review that takes longer is worth a look into the provider's console. A warning, never a state."""

SETTABLE = (TemplateState.IN_REVIEW, TemplateState.APPROVED, TemplateState.REJECTED, TemplateState.DRAFT)


def locked(pk: int) -> VoiceTemplate:
    """The template, for the length of the surrounding transaction. Raises VoiceTemplate.DoesNotExist."""
    return VoiceTemplate.objects.select_for_update().get(pk=pk)


def note(template: VoiceTemplate, words: Words, *, raw: str = "", by: Any = None) -> None:
    """A line in the timeline, with the state as it is now."""
    TemplateEvent.objects.create(template=template, state=template.state, words=words.pack(), raw=raw, by=by)


def create_draft(*, account: Account, name: str, text: str, by: Any) -> VoiceTemplate:
    with transaction.atomic():
        template = VoiceTemplate.objects.create(account=account, name=name, text=text, created_by=by)
        note(template, Words(gettext_noop("Draft written")), by=by)
    return template


def update_draft(template: VoiceTemplate, *, account: Account, name: str, text: str, by: Any) -> None:
    """Raises Refusal once the template has left for the provider: what was handed in cannot be changed."""
    with transaction.atomic():
        current = locked(template.pk)
        if current.state != TemplateState.DRAFT:
            raise Refusal(_("This template was handed in meanwhile and cannot be changed any more. Edit it as new."))
        current.account, current.name, current.text, current.reason = account, name, text, ""
        current.save(update_fields=["account", "name", "text", "reason"])
        note(current, Words(gettext_noop("Draft changed")), by=by)


def take_over(*, account: Account, name: str, provider_id: str, text: str, by: Any) -> VoiceTemplate:
    """A template that the provider approved already. Raises Refusal when its id is known at the account."""
    with transaction.atomic():
        _refuse_known_id(account.pk, provider_id)
        template = VoiceTemplate.objects.create(
            account=account,
            name=name,
            text=text,
            provider_id=provider_id,
            state=TemplateState.APPROVED,
            reviewed_at=timezone.now(),
            created_by=by,
        )
        note(template, Words(gettext_noop("Taken over as approved")), by=by)
    return template


def submit(template: VoiceTemplate, by: Any) -> None:
    """Ask a worker to hand the draft in. Raises Refusal when it is no draft or its account cannot take it."""
    with transaction.atomic():
        current = locked(template.pk)
        if current.state != TemplateState.DRAFT:
            raise Refusal(_("Only a draft can be handed in, and this template is none any more. Reload the page."))
        if current.account.state == AccountState.ARCHIVED:
            raise Refusal(_("The account of this template is archived. Choose another account first."))
        current.state, current.submitted_at = TemplateState.SUBMITTING, None
        current.reason = current.unclear_words = ""
        current.save(update_fields=["state", "submitted_at", "reason", "unclear_words"])
        note(current, Words(gettext_noop("To be handed in")), by=by)
        publish_on_commit("providers.submit_template", current.pk)


def wake_waiting() -> None:
    """Ask again for whatever waits to be handed in and was never begun; being asked twice does no harm."""
    waiting = VoiceTemplate.objects.filter(state=TemplateState.SUBMITTING, submitted_at=None, unclear_words="")
    for template_id in waiting.values_list("pk", flat=True):
        publish("providers.submit_template", template_id, expires=WAKE_SECONDS)


def back_to_draft(template: VoiceTemplate, by: Any) -> None:
    """Call a hand-in off that no worker has begun. Raises Refusal when one has."""
    with transaction.atomic():
        current = locked(template.pk)
        if current.state != TemplateState.SUBMITTING or current.submitted_at is not None:
            raise Refusal(_("It is too late: the template is on its way to the provider. Wait for the answer."))
        current.state = TemplateState.DRAFT
        current.save(update_fields=["state"])
        note(current, Words(gettext_noop("Called off before it was handed in")), by=by)


def needs_person(template: VoiceTemplate, now: datetime | None = None) -> bool:
    """Whether a hand-in came to no readable end, so that only a look into the provider's console tells."""
    if template.state != TemplateState.SUBMITTING:
        return False
    cut_off = template.submitted_at is not None and template.submitted_at < (now or timezone.now()) - CALL_TIME
    return bool(template.unclear_words) or cut_off


def is_overdue(template: VoiceTemplate, now: datetime | None = None) -> bool:
    """Whether the provider has had the template for longer than reviews take."""
    if template.state != TemplateState.IN_REVIEW or template.submitted_at is None:
        return False
    return template.submitted_at < (now or timezone.now()) - REVIEW_TIME


def overdue() -> QuerySet[VoiceTemplate]:
    """The templates of which :func:`is_overdue` is true."""
    return VoiceTemplate.objects.filter(state=TemplateState.IN_REVIEW, submitted_at__lt=timezone.now() - REVIEW_TIME)


def set_state(template: VoiceTemplate, *, state: str, note_text: str, provider_id: str, by: Any) -> None:
    """What a person saw in the provider's console. Raises Refusal when the state does not allow it."""
    with transaction.atomic():
        current = locked(template.pk)
        if current.state != TemplateState.IN_REVIEW and not needs_person(current):
            raise Refusal(_("The state of this template is certain; it is not set by hand. Reload the page."))
        if state not in SETTABLE:
            raise Refusal(_("Choose one of the states."), "state")
        if state == TemplateState.DRAFT:
            provider_id = ""
        elif not provider_id:
            raise Refusal(_("Enter the id that the provider's console shows; campaigns need it."), "provider_id")
        else:
            _refuse_known_id(current.account_id, provider_id, but=current.pk)
        _settle_by_hand(current, state, provider_id)
        note(current, Words(gettext_noop("Set by hand: %(note)s"), {"note": note_text}), by=by)


def _settle_by_hand(current: VoiceTemplate, state: str, provider_id: str) -> None:
    current.state, current.provider_id, current.unclear_words = state, provider_id, ""
    if state in (TemplateState.APPROVED, TemplateState.REJECTED):
        current.reviewed_at = timezone.now()
    current.save(update_fields=["state", "provider_id", "unclear_words", "reviewed_at"])


def delete(template: VoiceTemplate, by: Any) -> None:
    """Delete a draft, or ask a worker to delete the template at the provider. Raises Refusal while it is needed."""
    with transaction.atomic():
        current = locked(template.pk)
        _refuse_needed(current)
        if current.provider_id:
            note(current, Words(gettext_noop("To be deleted at the provider")), by=by)
            publish_on_commit("providers.delete_template", current.pk)
        else:
            current.state = TemplateState.DELETED
            current.save(update_fields=["state"])
            note(current, Words(gettext_noop("Draft deleted")), by=by)


def _refuse_needed(current: VoiceTemplate) -> None:
    if current.state == TemplateState.DELETED:
        raise Refusal(_("This template is deleted already."))
    if current.state == TemplateState.SUBMITTING:
        raise Refusal(_("This template is being handed in. Wait for the answer or set its state by hand first."))
    busy = current.campaign_set.filter(state__in=BUSY_CAMPAIGNS).count()
    if busy:
        text = gettext_noop("%(count)s campaigns that are not finished use this template. It stays until they are.")
        raise Refusal(Words(text, {"count": busy}))


def _refuse_known_id(account_id: int, provider_id: str, but: int | None = None) -> None:
    known = VoiceTemplate.objects.filter(account_id=account_id, provider_id=provider_id).exclude(pk=but).first()
    if known is not None:
        text = gettext_noop("The id %(id)s belongs to “%(name)s” here already. Check it in the provider's console.")
        raise Refusal(Words(text, {"id": provider_id, "name": known.name}), "provider_id")
