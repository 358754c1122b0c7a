"""What staff do with voice templates. The calls to the provider are in ``handover``, its reviews in ``reviews``.

Every change of state happens under a lock, from a state that allows it, and leaves a line in the timeline.
"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from notifyadmin.wake import publish, publish_on_commit
from notifyadmin.web.errors import Refusal
from providers.accounts.models import Account, AccountState
from providers.accounts.services import BUSY_CAMPAIGNS
from providers.contract.words import Words, gettext_noop

from .models import TemplateState, VoiceTemplate
from .reviews import apply_review, dismiss
from .settling import link, set_state, take_over
from .timeline import locked, note
from .waiting import is_overdue, needs_person, overdue

__all__ = (
    "apply_review",
    "back_to_draft",
    "create_draft",
    "delete",
    "dismiss",
    "is_overdue",
    "link",
    "needs_person",
    "overdue",
    "set_state",
    "submit",
    "take_over",
    "update_draft",
)

WAKE_SECONDS = 10.0
NAMED = 3
"""Campaigns that a refusal names; the rest is counted."""


def create_draft(
    *, account: Account, name: str, text: str, by: Any, origin: VoiceTemplate | None = None
) -> VoiceTemplate:
    """A new draft. *origin* is the template whose text it began with."""
    with transaction.atomic():
        template = VoiceTemplate.objects.create(account=account, name=name, text=text, created_by=by, origin=origin)
        note(template, _written(origin), by=by)
    return template


def _written(origin: VoiceTemplate | None) -> Words:
    if origin is None:
        return Words(gettext_noop("Draft written"))
    shown = f"#{origin.provider_id}" if origin.provider_id else origin.name
    return Words(gettext_noop("Draft written from %(origin)s"), {"origin": shown})


def update_draft(template: VoiceTemplate, *, account: Account, name: str, text: str, by: Any) -> None:
    """Raises Refusal once the template has left for the provider: what was handed in cannot be changed."""
    with transaction.atomic():
        current = locked(template.pk)
        if current.state != TemplateState.DRAFT:
            raise Refusal(_("This template was handed in meanwhile and cannot be changed any more. Edit it as new."))
        current.account, current.name, current.text = account, name, text
        current.reason, current.exists_there = "", False
        current.save(update_fields=["account", "name", "text", "reason", "exists_there"])
        note(current, Words(gettext_noop("Draft changed")), by=by)


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
        current.exists_there = False
        current.waiting_since = current.reviewed_at = None
        current.save()
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
    if busy := [str(campaign) for campaign in needed_by(current)]:
        text = gettext_noop(
            "%(count)s campaigns that are not finished use this template: %(names)s. It stays for them."
        )
        raise Refusal(Words(text, {"count": len(busy), "names": named(busy)}))


def needed_by(template: VoiceTemplate) -> QuerySet[Any]:
    """The campaigns that cannot do without it."""
    return template.campaign_set.filter(state__in=BUSY_CAMPAIGNS).only("name").order_by("-pk")


def named(names: list[str]) -> str:
    """The first few names, in quotes, with an ellipsis for the rest."""
    return ", ".join(f"“{name}”" for name in names[:NAMED]) + (" …" if len(names) > NAMED else "")
