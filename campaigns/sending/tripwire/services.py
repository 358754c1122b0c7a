"""Holding all sending because the database must not be sent from."""

import logging
from collections.abc import Iterable

from campaigns.models import HoldReason
from campaigns.sending.departures.finding import Finding, foreign_reference
from campaigns.sending.departures.references import foreign
from campaigns.sending.hold import hold_all

logger = logging.getLogger(__name__)


def trip(found: Finding) -> None:
    """Hold all sending because of what was found, unless it is held because of it already."""
    if not HoldReason.objects.filter(hold__is_open=True, cause=found.cause).exists():
        logger.error("Sending is held: %s", found.words.text % found.words.values)
        hold_all(found.words, found.cause)


def tell_foreign(references: Iterable[str]) -> None:
    """Hold all sending if one of *references* is of ours and was never written here.

    One query while all were written, none without a reference of our form.
    """
    found = foreign(references)
    if found:
        trip(foreign_reference(min(found)))
