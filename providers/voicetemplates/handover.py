"""The two calls about templates: handing in and deleting. Called by workers, never inside a transaction.

Handing in happens at most once per submission: the worker that moves ``submitted_at`` from nothing to now makes the
call, and a doubled or late task finds it taken. If that worker dies in between, the template stays "submitting" until
a person has looked into the provider's console.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from providers.accounts.services import http_client
from providers.calllog import services as calllog
from providers.contract.errors import (
    NotSent,
    Refused,
    TemplateAnswer,
    TemplateExists,
    TemplateGone,
    TemplateTaken,
    Unknown,
)
from providers.contract.http import HttpClient
from providers.contract.words import Words, gettext_noop

from .models import TemplateState, VoiceTemplate
from .reviews import apply_kept
from .services import named, needed_by
from .timeline import locked, note

LONGEST_RAW = 500
REMOVED = Words(gettext_noop("Deleted at the provider"))
GONE = Words(gettext_noop("Deleted; the provider did not have it any more"))
DELETABLE = (TemplateState.IN_REVIEW, TemplateState.APPROVED, TemplateState.REJECTED)


def hand_in(template_id: int, http: HttpClient | None = None) -> None:
    """Hand a template in that waits for it; nothing when somebody else did or it waits no more."""
    began = timezone.now()
    claimed = VoiceTemplate.objects.filter(
        pk=template_id, state=TemplateState.SUBMITTING, submitted_at=None, unclear_words=""
    ).update(submitted_at=began)
    if not claimed:
        return
    template = VoiceTemplate.objects.select_related("account").get(pk=template_id)
    account = template.account
    answer = account.gateway.add_template(template.text, account.access(), http or http_client())
    with transaction.atomic():
        calllog.record(account.pk, "add_template", answer)
        _settle(template_id, began, answer)


def _settle(template_id: int, began: datetime, answer: TemplateAnswer) -> None:
    template = locked(template_id)
    # Set back by hand it may have been handed in once more: that call settles it, not this one.
    if template.state != TemplateState.SUBMITTING or template.submitted_at != began:
        words = Words(gettext_noop("The provider's answer came after the state had been set by hand"))
        note(template, words, raw=_raw(answer))
        return
    if isinstance(answer, TemplateTaken):
        _taken(template, answer)
    elif isinstance(answer, TemplateExists | Refused | NotSent):
        _returned(template, answer)
    else:
        _unclear(template, answer.words, _raw(answer))


def _taken(template: VoiceTemplate, answer: TemplateTaken) -> None:
    others = VoiceTemplate.objects.filter(account_id=template.account_id, provider_id=answer.template_id)
    if not answer.template_id or others.exclude(pk=template.pk).exists():
        text = gettext_noop("The provider took the template, but its id “%(id)s” cannot be used: it is empty or known.")
        _unclear(template, Words(text, {"id": answer.template_id}), _raw(answer))
        return
    template.state, template.provider_id = TemplateState.IN_REVIEW, answer.template_id
    template.waiting_since = template.submitted_at
    template.save(update_fields=["state", "provider_id", "waiting_since"])
    words = Words(gettext_noop("Handed in; the provider reviews it as %(id)s"), {"id": answer.template_id})
    note(template, words, raw=_raw(answer))
    apply_kept(template)


def _returned(template: VoiceTemplate, answer: TemplateExists | Refused | NotSent) -> None:
    template.state, template.reason, template.submitted_at = TemplateState.DRAFT, answer.words.pack(), None
    template.exists_there = isinstance(answer, TemplateExists)
    template.save(update_fields=["state", "reason", "submitted_at", "exists_there"])
    note(template, answer.words, raw=_raw(answer))


def _unclear(template: VoiceTemplate, words: Words, raw: str) -> None:
    template.unclear_words = words.pack()
    template.save(update_fields=["unclear_words"])
    note(template, words, raw=raw)


def _raw(answer: TemplateAnswer) -> str:
    """The provider's own words: its message, or else the answer as it came, redacted."""
    return str(getattr(answer, "raw", "") or answer.evidence.response)[:LONGEST_RAW]


def remove(template_id: int, http: HttpClient | None = None) -> None:
    """Delete a template at the provider. Deleting what is gone counts as done, so this may be repeated."""
    template = VoiceTemplate.objects.select_related("account").filter(pk=template_id, state__in=DELETABLE).first()
    if template is None or not template.provider_id or _is_needed(template):
        return
    account = template.account
    answer = account.gateway.delete_template(template.provider_id, account.access(), http or http_client())
    with transaction.atomic():
        calllog.record(account.pk, "delete_template", answer)
        _settle_deletion(locked(template_id), answer)


def _is_needed(template: VoiceTemplate) -> bool:
    """Whether a campaign chose it after somebody wished it deleted; then that is written down."""
    busy = [str(campaign) for campaign in needed_by(template)]
    if busy:
        text = gettext_noop("Not deleted: campaigns that are not finished use it meanwhile: %(names)s")
        note(template, Words(text, {"names": named(busy)}))
    return bool(busy)


def _settle_deletion(template: VoiceTemplate, answer: TemplateAnswer) -> None:
    if isinstance(answer, TemplateTaken | TemplateGone):
        template.state = TemplateState.DELETED
        template.save(update_fields=["state"])
        note(template, GONE if isinstance(answer, TemplateGone) else REMOVED, raw=_raw(answer))
    elif isinstance(answer, Unknown):
        note(template, Words(gettext_noop("Whether the provider deleted it is unclear; it may be tried again")))
        note(template, answer.words, raw=_raw(answer))
    else:
        note(template, answer.words, raw=_raw(answer))
