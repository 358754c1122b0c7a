"""What staff read in the provider's console and write down here: no provider is asked about any of it.

Every change of state happens under a lock, from a state that allows it, and leaves a line in the timeline.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.errors import Refusal
from providers.accounts.models import Account
from providers.contract.words import Words, gettext_noop

from .models import TemplateState, VoiceTemplate
from .reviews import apply_kept
from .timeline import locked, note
from .waiting import needs_person

SETTABLE = (TemplateState.IN_REVIEW, TemplateState.APPROVED, TemplateState.REJECTED, TemplateState.DRAFT)
TAKEABLE = (TemplateState.APPROVED, TemplateState.IN_REVIEW)
TAKEN_OVER = {
    TemplateState.APPROVED: Words(gettext_noop("Taken over as approved")),
    TemplateState.IN_REVIEW: Words(gettext_noop("Taken over while the provider reviews it")),
}


def take_over(
    *, account: Account, name: str, provider_id: str, text: str, by: Any, state: str = TemplateState.APPROVED
) -> VoiceTemplate:
    """A template that the provider has already. Raises Refusal when its id is known at the account."""
    state = _one_of(state, TAKEABLE)
    with transaction.atomic():
        refuse_known_id(account.pk, provider_id)
        template = VoiceTemplate(account=account, name=name, text=text, provider_id=provider_id, created_by=by)
        _stand(template, state)
        template.save()
        note(template, TAKEN_OVER[TemplateState(state)], by=by)
        apply_kept(template)
    return template


def link(template: VoiceTemplate, *, provider_id: str, state: str, note_text: str, by: Any) -> None:
    """The draft is at the provider already, under *provider_id*. Raises Refusal when it is no draft any more."""
    state = _one_of(state, TAKEABLE)
    with transaction.atomic():
        current = locked(template.pk)
        if current.state != TemplateState.DRAFT:
            raise Refusal(_("Only a draft can be linked, and this template is none any more. Reload the page."))
        refuse_known_id(current.account_id, provider_id, but=current.pk)
        current.provider_id, current.reason, current.exists_there = provider_id, "", False
        _stand(current, state)
        current.save()
        text = gettext_noop("Linked to %(id)s, which the provider had already: %(note)s")
        note(current, Words(text, {"id": provider_id, "note": note_text}), by=by)
        apply_kept(current)


def set_state(template: VoiceTemplate, *, state: str, note_text: str, provider_id: str, by: Any) -> None:
    """What a person saw in the provider's console. Raises Refusal when the state does not allow it."""
    state = _one_of(state, SETTABLE)
    with transaction.atomic():
        current = locked(template.pk)
        if current.state != TemplateState.IN_REVIEW and not needs_person(current):
            raise Refusal(_("The state of this template is certain; it is not set by hand. Reload the page."))
        current.provider_id = _id_for(current, state, provider_id)
        current.unclear_words = ""
        current.reason = note_text if state == TemplateState.REJECTED else ""
        _stand(current, state)
        current.save()
        note(current, Words(gettext_noop("Set by hand: %(note)s"), {"note": note_text}), by=by)
        if current.provider_id:
            apply_kept(current)


def refuse_known_id(account_id: int, provider_id: str, but: int | None = None) -> None:
    """Raises Refusal when another template of the account has the id."""
    same = VoiceTemplate.objects.filter(account_id=account_id, provider_id=provider_id)
    known = (same if but is None else same.exclude(pk=but)).first()
    if known is not None:
        text = gettext_noop("The id %(id)s belongs to “%(name)s” here already. Check it in the provider's console.")
        raise Refusal(Words(text, {"id": provider_id, "name": known.name}), "provider_id")


def _id_for(current: VoiceTemplate, state: str, provider_id: str) -> str:
    if state == TemplateState.DRAFT:
        return ""
    if not provider_id:
        raise Refusal(_("Enter the id that the provider's console shows; campaigns need it."), "provider_id")
    refuse_known_id(current.account_id, provider_id, but=current.pk)
    return provider_id


def _stand(template: VoiceTemplate, state: str) -> None:
    """Give the template a state that a person saw, with the times that belong to it."""
    now = timezone.now()
    was_waiting = template.state == TemplateState.IN_REVIEW
    template.state = state
    template.reviewed_by_hand = state in (TemplateState.APPROVED, TemplateState.REJECTED)
    template.reviewed_at = now if template.reviewed_by_hand else None
    if state == TemplateState.DRAFT:
        template.submitted_at = template.waiting_since = None
    elif state == TemplateState.IN_REVIEW and not was_waiting:
        template.waiting_since = template.submitted_at or now


def _one_of(state: str, allowed: tuple[TemplateState, ...]) -> str:
    if state not in allowed:
        raise Refusal(_("Choose one of the states."), "state")
    return state
