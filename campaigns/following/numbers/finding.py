"""From what somebody types to the number that is meant, however it is written."""

import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext as _

from campaigns.models import Reply, Suppression
from campaigns.models.by_number import contacts_of, recipients_of
from campaigns.people.audience import phones
from notifyadmin.web.keyset import digits_of
from notifyadmin.web.words import in_words

SHORTEST = 7
"""Digits of a whole number at least; fewer are searched for within a campaign."""


def candidates(typed: str) -> tuple[list[str], str]:
    """The numbers that *typed* may mean (digits with country code), or none and why."""
    typed = unicodedata.normalize("NFKC", typed)
    if len(digits_of(typed)) < SHORTEST:
        return [], _("Type the whole number; last digits alone are searched for in a campaign's list of recipients.")
    found: list[str] = []
    problem = ""
    for home in ("", phones.CHINA):
        try:
            found.append(phones.normalise(typed, home))
        except phones.BadNumber as bad:
            problem = problem or in_words(bad.words)
    # What was stored before some rule was made is found as it stands.
    as_typed = digits_of(typed)
    if as_typed not in found and _is_known(as_typed):
        found.append(as_typed)
    return list(dict.fromkeys(found)), "" if found else problem


def known(numbers: Sequence[str]) -> list[str]:
    """Those of *numbers* that anything is known of."""
    return [number for number in numbers if _is_known(number)]


def _is_known(number: str) -> bool:
    return (
        Suppression.objects.filter(number=number).exists()
        or Reply.objects.filter(number=number).exists()
        or recipients_of(number).exists()
        or bool(contacts_of(number))
    )
