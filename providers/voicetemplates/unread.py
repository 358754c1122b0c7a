"""Unread pushes that may be the very review that is waited for: it is pushed a few times, and nobody can ask for it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BinaryField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Substr

from providers.webhooks.models import InboundPush, PushState
from providers.webhooks.tables import as_text

from .models import TemplateState, VoiceTemplate

VIEW_PUSHES = "providers.view_inboundpush"
SHOWN = 3
LOOKED_AT = 500
"""Of all unread pushes only so many of the newest are looked at: a page must not search a million."""
HEAD_BYTES, LINE_CHARACTERS = 400, 160

AWAITED = Q(state=TemplateState.IN_REVIEW) | Q(state=TemplateState.SUBMITTING, submitted_at__isnull=False)


@dataclass(frozen=True, slots=True)
class UnreadPush:
    """A push for staff: ``line`` is the beginning of its own words, ``problem`` is packed Words."""

    pk: int
    account: str
    received_at: datetime
    line: str
    problem: str


def unread_pushes(templates: QuerySet[VoiceTemplate]) -> list[UnreadPush]:
    """The newest unread pushes since *templates* wait for a review, of their accounts; at most one more than SHOWN."""
    since = Coalesce("waiting_since", "submitted_at", "created_at")
    awaited = templates.filter(AWAITED, account=OuterRef("account")).annotate(since=since)
    newest = InboundPush.objects.filter(state=PushState.UNREADABLE).order_by("-pk").values("pk")[:LOOKED_AT]
    found = InboundPush.objects.filter(Exists(awaited.filter(since__lte=OuterRef("received_at"))), pk__in=newest)
    head = Substr("body", 1, HEAD_BYTES, output_field=BinaryField())
    rows = (
        found.annotate(head=head).order_by("-pk").values_list("pk", "account__name", "received_at", "head", "problem")
    )
    return [
        UnreadPush(pk, account, at, _line(bytes(words or b"")), problem)
        for pk, account, at, words, problem in rows[: SHOWN + 1]
    ]


def _line(head: bytes) -> str:
    return " ".join(as_text(head).split())[:LINE_CHARACTERS]
