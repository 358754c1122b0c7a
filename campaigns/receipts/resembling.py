"""Finding the recipient of a receipt that carries nothing of ours, by number and time.

Some providers echo no reference. When the answer to a request was lost, its id was lost with it, and the receipt names
an id that nobody has. It may still be told whom it concerns, if there is exactly one request about this number whose
outcome nobody knows. The rule errs on one side only: in doubt the receipt stays unmatched and is shown to people.

A refused request should lead to no call, but an answer may lie: a proxy's error can look like a refusal. So where no
open request fits a call, whoever waits again after a refused one does, and is then not called a second time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from campaigns.models import Campaign, Receipt, Recipient, Submission, SubmissionState
from campaigns.models.statuses import SENDABLE_STATES, RecipientState

from .covering import submissions_by_recipient
from .matching import Match, digits

PATIENCE = timedelta(seconds=10)
"""How old a receipt must be: a slow answer may still bring its id, and that is the better proof."""

WINDOW = timedelta(hours=24)
"""A receipt comes after its request. Calls take minutes and pushes are repeated for minutes, so a day leaves room for a
provider that stood still; more would only add requests that it could be confused with."""

CLOCKS = timedelta(minutes=5)
"""How far the provider's clock may be behind ours. By our own clock a receipt always comes after its request."""

OPEN_STATES = (SubmissionState.INTENT, SubmissionState.UNKNOWN, SubmissionState.ANSWERED, SubmissionState.LOST)
"""States of a request out of which a receipt may come."""

REQUEST_STATES = (*OPEN_STATES, SubmissionState.REFUSED)
"""Those, and the state out of which one comes if the refusal was none; what was not sent causes no call."""

AGAIN = Q(state__in=SENDABLE_STATES, submission__isnull=False)
"""Who waits and was in a request before. Nobody is looked for who never was."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call or SMS at the provider, told of by one or more receipts, and when its request must have started."""

    number: str
    receipts: tuple[Receipt, ...]
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """A recipient that has no id, and when one of its requests started that may have led to a call: at one moment, or
    after a restored backup at any from the first to the last.

    ``refused`` says that the provider refused this request, or this recipient in it; ``in_flight`` that no answer has
    come so far.
    """

    recipient: Recipient
    first: datetime
    last: datetime
    refused: bool
    in_flight: bool


def match_by_number(
    account_id: int, receipts: Sequence[Receipt], indexes: Iterable[int], now: datetime
) -> dict[int, Match]:
    """Matches by index into *receipts* (stored ones), of those *indexes* that nothing better has matched."""
    places = {receipts[index].pk: index for index in indexes if _carries_nothing_of_ours(receipts[index])}
    numbers = {digits(receipts[index].number) for index in places.values()}
    numbers = _numbers_in_doubt(account_id, numbers)
    if not numbers:
        return {}
    calls = list(_calls(account_id, {receipts[index].number for index in places.values()}, numbers))
    questions = _questions(account_id, numbers, calls)
    found: dict[int, Match] = {}
    for call, recipient in _certain(calls, questions):
        if all(receipt.received_at <= now - PATIENCE for receipt in call.receipts):
            match = Match(recipient.pk, "number", mismatch=False)
            found |= {places[receipt.pk]: match for receipt in call.receipts if receipt.pk in places}
    return found


def _carries_nothing_of_ours(receipt: Receipt) -> bool:
    # A reference that is not ours says that somebody else made this call.
    return bool(receipt.provider_id and not receipt.reference.strip() and digits(receipt.number))


def _recipients(account_id: int, numbers: Collection[str]) -> QuerySet[Recipient]:
    campaigns = Campaign.objects.filter(account_id=account_id, started_at__isnull=False)
    return Recipient.objects.filter(campaign__in=campaigns.values("pk"), number__in=numbers, provider_id="")


def _numbers_in_doubt(account_id: int, numbers: Collection[str]) -> set[str]:
    if not numbers:
        return set()
    in_doubt = _recipients(account_id, numbers).filter(Q(state=RecipientState.UNKNOWN) | AGAIN)
    return set(in_doubt.values_list("number", flat=True))


def _calls(account_id: int, written: Collection[str], numbers: Collection[str]) -> Iterator[Call]:
    """Every call about *numbers* (as *written* by the provider) that belongs to nobody, whether tried now or not."""
    waiting = Receipt.objects.filter(account_id=account_id, recipient__isnull=True, mismatch=False)
    told: dict[tuple[str, str], list[Receipt]] = {}
    for receipt in waiting.filter(number__in=written).order_by("id"):
        if _carries_nothing_of_ours(receipt) and digits(receipt.number) in numbers:
            told.setdefault((digits(receipt.number), receipt.provider_id), []).append(receipt)
    taken = _taken_ids(account_id, {provider_id for _, provider_id in told})
    for (number, provider_id), receipts in told.items():
        if provider_id not in taken:
            yield _call(number, receipts)


def _taken_ids(account_id: int, provider_ids: Collection[str]) -> set[str]:
    taken = Recipient.objects.filter(provider_id__in=provider_ids, campaign__account_id=account_id)
    return set(taken.values_list("provider_id", flat=True))


def _call(number: str, receipts: Sequence[Receipt]) -> Call:
    moments = [receipt.reported_at or receipt.answered_at or receipt.received_at for receipt in receipts]
    received = min(receipt.received_at for receipt in receipts)
    return Call(number, tuple(receipts), max(moments) - WINDOW, min(received, min(moments) + CLOCKS))


def _questions(account_id: int, numbers: Collection[str], calls: Collection[Call]) -> Mapping[str, list[Question]]:
    """By number, every request out of which one of *calls* may have come."""
    questions: dict[str, list[Question]] = {}
    if not calls:
        return questions
    recipients = list(
        _recipients(account_id, numbers).only("id", "campaign_id", "position", "number", "state", "submission_id")
    )
    since, until = min(call.earliest for call in calls), max(call.latest for call in calls)
    requests = submissions_by_recipient(recipients, REQUEST_STATES, since, until)
    for recipient in recipients:
        questions.setdefault(recipient.number, []).extend(_question(recipient, one) for one in requests[recipient.pk])
    return questions


def _question(recipient: Recipient, submission: Submission) -> Question:
    in_flight = submission.state == SubmissionState.INTENT
    refused = _refused(recipient, submission)
    return Question(recipient, submission.started_at, _last(submission), refused, in_flight)


def _last(submission: Submission) -> datetime:
    if submission.state == SubmissionState.LOST and submission.finished_at:
        return submission.finished_at
    return submission.started_at


def _refused(recipient: Recipient, submission: Submission) -> bool:
    """Whether the provider refused this request, or answered it and said no to this recipient."""
    if submission.state == SubmissionState.REFUSED:
        return True
    answered = submission.state == SubmissionState.ANSWERED and recipient.submission_id == submission.pk
    return answered and recipient.state in (RecipientState.REJECTED, RecipientState.HELD)


def _certain(calls: Collection[Call], questions: Mapping[str, list[Question]]) -> Iterator[tuple[Call, Recipient]]:
    """The calls that fit one recipient, whose turn is still to come or who is unknown, and whom no other call fits."""
    fitting = {index: _fitting(call, questions.get(call.number, [])) for index, call in enumerate(calls)}
    claims = Counter(pk for people in fitting.values() for pk in people)
    for index, call in enumerate(calls):
        if len(fitting[index]) == 1:
            [asked] = fitting[index].values()
            if claims[asked.recipient.pk] == 1 and _may_settle(asked):
                yield call, asked.recipient


def _may_settle(asked: Question) -> bool:
    if asked.recipient.state == RecipientState.UNKNOWN:
        return True
    # The answer to a request that is under way may bring the id, and that is the better proof.
    return asked.recipient.state in SENDABLE_STATES and not asked.in_flight


def _fitting(call: Call, questions: Iterable[Question]) -> dict[int, Question]:
    """By recipient the open requests that fit *call*; where there are none, the refused ones of who waits again."""
    in_time = [one for one in questions if call.earliest <= one.last and one.first <= call.latest]
    found = [one for one in in_time if not one.refused]
    if not found:
        found = [one for one in in_time if one.recipient.state in SENDABLE_STATES]
    # One that is under way stands for all of its recipient.
    return {one.recipient.pk: one for one in sorted(found, key=lambda one: one.in_flight)}
