"""Keeps a record of outbound calls that are no submissions."""

from django.utils.translation import gettext_lazy as _

from providers.contract.errors import Evidence, NotSent, Refused, Unknown
from providers.contract.words import Words

from .models import ProviderCall

OUTCOMES = {Refused: "refused", Unknown: "unknown", NotSent: "not_sent"}
ANSWERED = "answered"
OUTCOME_LABELS = {
    ANSWERED: _("Answered"),
    "refused": _("Refused"),
    "unknown": _("Unknown"),
    "not_sent": _("Not sent"),
}


def record(account_id: int, operation: str, answer: object) -> ProviderCall:
    """Write down what was asked and what came of it; gateways have redacted the evidence already."""
    evidence: Evidence = getattr(answer, "evidence", Evidence())
    words: Words | None = getattr(answer, "words", None)
    return ProviderCall.objects.create(
        account_id=account_id,
        operation=(evidence.operation or operation)[:60],
        seconds=evidence.seconds,
        http_status=evidence.http_status,
        outcome=OUTCOMES.get(type(answer), ANSWERED),
        words=words.pack() if words else "",
        request=evidence.request,
        response=evidence.response,
    )
