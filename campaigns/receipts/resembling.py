"""Finding the recipient of a receipt that carries nothing of ours, by number and time.

Some providers echo no reference. When the answer to a request was lost, its id was lost with it, and the receipt names
an id that nobody has. It may still be told whom it concerns, if there is exactly one request about this number whose
outcome nobody knows. The rule errs on one side only: in doubt the receipt stays unmatched and is shown to people.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from campaigns.models import Campaign, Receipt, Recipient, Submission, SubmissionState
from campaigns.statuses import RecipientState

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
"""States of a request out of which a receipt may come; what was refused or not sent causes none."""


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
    after a restored backup at any from the first to the last."""

    recipient: Recipient
    first: datetime
    last: datetime


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
    unknown = _recipients(account_id, numbers).filter(state=RecipientState.UNKNOWN)
    return set(unknown.values_list("number", flat=True))


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
    requests = submissions_by_recipient(recipients, OPEN_STATES, since, until)
    for recipient in recipients:
        questions.setdefault(recipient.number, []).extend(
            Question(recipient, one.started_at, _last(one))
            for one in requests[recipient.pk]
            if not _refused(recipient, one)
        )
    return questions


def _last(submission: Submission) -> datetime:
    if submission.state == SubmissionState.LOST and submission.finished_at:
        return submission.finished_at
    return submission.started_at


def _refused(recipient: Recipient, submission: Submission) -> bool:
    """Whether the provider answered this request and said no to this recipient."""
    answered = submission.state == SubmissionState.ANSWERED and recipient.submission_id == submission.pk
    return answered and recipient.state == RecipientState.REJECTED


def _certain(calls: Collection[Call], questions: Mapping[str, list[Question]]) -> Iterator[tuple[Call, Recipient]]:
    """The calls that fit one recipient, which is unknown and which no other call fits."""
    fitting = {index: _fitting(call, questions.get(call.number, [])) for index, call in enumerate(calls)}
    claims: dict[int, int] = {}
    for recipients in fitting.values():
        for pk in recipients:
            claims[pk] = claims.get(pk, 0) + 1
    for index, call in enumerate(calls):
        if len(fitting[index]) == 1:
            [recipient] = fitting[index].values()
            if claims[recipient.pk] == 1 and recipient.state == RecipientState.UNKNOWN:
                yield call, recipient


def _fitting(call: Call, questions: Iterable[Question]) -> dict[int, Recipient]:
    return {
        question.recipient.pk: question.recipient
        for question in questions
        if call.earliest <= question.last and question.first <= call.latest
    }
