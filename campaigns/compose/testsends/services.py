"""Sending a test: a campaign of its own that belongs to the one it tries, and counts in no list and no total."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.alerts.services import record
from campaigns.lifecycle.awaiting import awaited, call_for, forbidding
from campaigns.lifecycle.base import NotPossible, locked, require
from campaigns.lifecycle.services import start
from campaigns.models import ActivityKind, Campaign, Recipient
from campaigns.models.statuses import CampaignState
from campaigns.models.suppressed import suppressed
from campaigns.people.audience.chunks import cut_into_chunks
from campaigns.text import messages, preview
from notifyadmin.web.words import in_words
from providers.contract.words import Words, gettext_noop

MOST = 5
NAME_LENGTH = 120

COUNT = Words(gettext_noop("A test goes to one number at least and to five at most."))
NOBODY_THERE = Words(gettext_noop("This recipient is not in the audience any more. Choose another one."))
LISTED = gettext_noop("%(number)s is on the suppression list, so nothing is sent to it. Take it off, or try another.")
DOUBLED = Words(
    gettext_noop("The same test was sent a moment ago, so nobody is called twice. Wait ten seconds to send it again.")
)
DOUBLE_PRESS = timedelta(seconds=10)
COMES_FIRST = Words(gettext_noop("A test is possible as soon as that is done."))
TESTED = gettext_noop("Test sent to %(count)s numbers, with the values of %(number)s.")
TESTED_PLAIN = gettext_noop("Test sent to %(count)s numbers.")


def send_test(
    campaign: Campaign, numbers: Mapping[str, str], position: int | None, user: AbstractBaseUser | None
) -> Campaign:
    """Send *campaign* as it is saved to own *numbers* (digits with country code, and as typed), now.

    They get the values of the recipient at *position*. Quiet hours do not hold a test up; limits do. Needs no approval.
    Raises NotPossible.
    """
    _require_content(campaign, user)
    with transaction.atomic():
        current = locked(campaign)
        require(current, CampaignState.DRAFT, CampaignState.PENDING_APPROVAL)
        person = _person(current, position)
        _require_numbers(current, numbers, person)
        _require_single(current, numbers)
        test = _made(current, numbers, person, user)
        start(test, user)
        _note(current, test, person, user)
    return test


def _require_content(campaign: Campaign, user: AbstractBaseUser | None) -> None:
    """By itself, so that a voice file that is not at the account is sent there even though the test is not possible."""
    for words in forbidding(campaign):
        raise NotPossible(words)
    with transaction.atomic():
        call_for(campaign, user)
    for words in awaited(campaign):
        raise NotPossible(Words(f"{in_words(words)} {in_words(COMES_FIRST)}"))


def _person(current: Campaign, position: int | None) -> Recipient | None:
    if not current.total:
        return None
    person = current.recipients.filter(position=position or 1).first()
    if person is None:
        raise NotPossible(NOBODY_THERE)
    return person


def _require_numbers(current: Campaign, numbers: Mapping[str, str], person: Recipient | None) -> None:
    if not 1 <= len(numbers) <= MOST:
        raise NotPossible(COUNT)
    for number in suppressed(list(numbers), current.kind):
        raise NotPossible(Words(LISTED, {"number": f"+{number}"}))
    file_id = messages.file_id(current)
    variables = person.variables if person else {}
    for number in numbers:
        for words in preview.words_against(current, current.text, variables, number, file_id):
            raise NotPossible(words)


def _require_single(current: Campaign, numbers: Mapping[str, str]) -> None:
    """A button that is pressed twice must not ring a phone twice."""
    latest = current.tests.filter(created_at__gt=timezone.now() - DOUBLE_PRESS)
    for test in latest:
        if set(test.recipients.values_list("number", flat=True)) == set(numbers):
            raise NotPossible(DOUBLED)


def _made(
    current: Campaign, numbers: Mapping[str, str], person: Recipient | None, user: AbstractBaseUser | None
) -> Campaign:
    suffix = _("(test)")
    test = Campaign.objects.create(
        name=f"{current.name[: NAME_LENGTH - len(suffix) - 1]} {suffix}",
        kind=current.kind,
        account_id=current.account_id,
        text=current.text,
        voice_file_id=current.voice_file_id,
        template_id=current.template_id,
        options=current.options,
        columns=current.columns,
        test_of=current,
        total=len(numbers),
        created_by_id=user.pk if user else None,
    )
    variables = person.variables if person else {}
    Recipient.objects.bulk_create(
        Recipient(campaign=test, position=position, number=number, typed=typed[:60], variables=variables)
        for position, (number, typed) in enumerate(numbers.items(), 1)
    )
    cut_into_chunks(test, 1)
    return test


def _note(current: Campaign, test: Campaign, person: Recipient | None, user: AbstractBaseUser | None) -> None:
    words = Words(TESTED_PLAIN, {"count": test.total})
    if person is not None:
        words = Words(TESTED, {"count": test.total, "number": f"+{person.number}"})
    record(ActivityKind.TESTED, words, campaign=current, user=user)
