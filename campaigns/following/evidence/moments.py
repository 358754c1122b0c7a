"""One thing that happened to a recipient, as the page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from campaigns.models.statuses import FAILURE_LABELS, RecipientState
from providers.contract.statuses import FailureClass


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. ``colour`` is a state, ``notes`` are sentences, ``evidence`` (label, text) pairs.

    ``until`` is when something that begins here ends: until then it holds the recipient.
    """

    at: datetime | None
    colour: str
    title: str
    by: str = ""
    notes: tuple[str, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()
    until: datetime | None = None


def sentences(*given: Any) -> tuple[str, ...]:
    """Those that say something."""
    return tuple(str(sentence) for sentence in given if sentence)


def texts(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The pieces of evidence that there are."""
    return tuple(pair for pair in pairs if pair[1])


def joined(parts: Iterable[Any]) -> str:
    return " · ".join(str(part) for part in parts if part)


def provider_words(code: str, raw: str) -> str:
    """The provider's own words, as they came."""
    said = " ".join(part for part in (code, raw) if part)
    return _("The provider's words: %(said)s") % {"said": said} if said else ""


def meaning(state: str, failure: str) -> str:
    """What a verdict and a failure class mean, in words."""
    known = FailureClass.known(failure)
    return str(FAILURE_LABELS[known] if known else RecipientState(state).label)
