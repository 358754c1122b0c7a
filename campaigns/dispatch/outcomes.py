"""From a gateway's answer to what is written down. Pure: no database, no network."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from campaigns.models import SubmissionState
from campaigns.statuses import RecipientState
from providers.contract.errors import (
    Accepted,
    Answered,
    Evidence,
    NotSent,
    Refused,
    RefusedCallee,
    SubmitAnswer,
    UnclearCallee,
    Unknown,
)
from providers.contract.statuses import Concern
from providers.contract.words import Words

from .plan import Member, Request

CalleeAnswer = Accepted | RefusedCallee | UnclearCallee


@dataclass(frozen=True, slots=True)
class RecipientOutcome:
    """What becomes of one recipient. ``reason`` is packed Words, ``held_until`` an aware datetime or None."""

    id: int
    state: str
    reason: str = ""
    code: str = ""
    raw: str = ""
    failure: str = ""
    provider_id: str = ""
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountStop:
    """The account, and so all its campaigns, must wait for a person."""

    concern: Concern
    words: Words
    raw: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one answer means.

    With ``wait`` nothing more of the chunk is sent now. With ``narrow`` several people were refused together although
    perhaps only one of them was meant: nothing was taken, so they may be asked for again in smaller groups.
    """

    state: SubmissionState
    recipients: tuple[RecipientOutcome, ...]
    evidence: Evidence
    code: str = ""
    raw: str = ""
    words: str = ""
    stop: AccountStop | None = None
    wait: bool = False
    narrow: bool = False


def outcome_of(answer: SubmitAnswer, request: Request, now: datetime) -> Outcome:
    """The one place where an answer becomes states."""
    match answer:
        case Answered():
            recipients = tuple(_answered(answer, request, now))
            return Outcome(SubmissionState.ANSWERED, recipients, answer.evidence)
        case Refused():
            return _refused(answer, request, now)
        case Unknown():
            recipients = _all(request, RecipientState.UNKNOWN, answer.words, answer.code, answer.raw)
            return _whole(SubmissionState.UNKNOWN, answer, recipients, code=answer.code, raw=answer.raw)
        case NotSent():
            return _not_sent(answer, request, now)


def _answered(answer: Answered, request: Request, now: datetime) -> Iterator[RecipientOutcome]:
    items: tuple[CalleeAnswer, ...] = (*answer.unclear, *answer.refused, *answer.accepted)
    told = {item.ref: item for item in items}
    for member, callee in zip(request.members, request.message.callees, strict=True):
        yield _one(member, told.get(callee.ref), now)


def _one(member: Member, item: CalleeAnswer | None, now: datetime) -> RecipientOutcome:
    match item:
        case Accepted():
            return RecipientOutcome(member.id, RecipientState.SUBMITTED, provider_id=item.provider_id[:64])
        case RefusedCallee(retry_after=None):
            return _refused_callee(member, item, RecipientState.REJECTED, None)
        case RefusedCallee():
            until = now + timedelta(seconds=item.retry_after or 0)
            return _refused_callee(member, item, RecipientState.HELD, until)
        case UnclearCallee():
            return RecipientOutcome(member.id, RecipientState.UNKNOWN, reason=item.words.pack())
    # A gateway that forgets somebody must not make us forget them too.
    return RecipientOutcome(member.id, RecipientState.UNKNOWN)


def _refused_callee(member: Member, item: RefusedCallee, state: str, until: datetime | None) -> RecipientOutcome:
    return RecipientOutcome(
        member.id,
        state,
        reason=item.words.pack(),
        code=item.code[:40],
        raw=item.raw[:300],
        failure=item.failure,
        held_until=until,
    )


def _refused(answer: Refused, request: Request, now: datetime) -> Outcome:
    if answer.retry_after is not None:
        until = now + timedelta(seconds=answer.retry_after)
        recipients = _all(request, RecipientState.HELD, answer.words, answer.code, answer.raw, until)
        return _whole(SubmissionState.REFUSED, answer, recipients, code=answer.code, raw=answer.raw, wait=True)
    if answer.concern in (Concern.NONE, Concern.PASSING):
        return _refused_for_good(answer, request)
    stop = AccountStop(answer.concern, answer.words, answer.raw)
    recipients = _back(request)
    return _whole(SubmissionState.REFUSED, answer, recipients, code=answer.code, raw=answer.raw, stop=stop, wait=True)


def _refused_for_good(answer: Refused, request: Request) -> Outcome:
    narrow = len(request.members) > 1
    rejected = RecipientState.REJECTED
    recipients = _back(request) if narrow else _all(request, rejected, answer.words, answer.code, answer.raw)
    outcome = _whole(SubmissionState.REFUSED, answer, recipients, code=answer.code, raw=answer.raw)
    return replace(outcome, narrow=narrow)


def _not_sent(answer: NotSent, request: Request, now: datetime) -> Outcome:
    if answer.concern not in (Concern.NONE, Concern.PASSING):
        stop = AccountStop(answer.concern, answer.words, "")
        return _whole(SubmissionState.NOT_SENT, answer, _back(request), stop=stop, wait=True)
    until = now + timedelta(seconds=answer.retry_after)
    recipients = _all(request, RecipientState.HELD, answer.words, until=until)
    return _whole(SubmissionState.NOT_SENT, answer, recipients, wait=True)


def _whole(
    state: SubmissionState,
    answer: Refused | Unknown | NotSent,
    recipients: tuple[RecipientOutcome, ...],
    *,
    code: str = "",
    raw: str = "",
    stop: AccountStop | None = None,
    wait: bool = False,
) -> Outcome:
    words = answer.words.pack()
    return Outcome(state, recipients, answer.evidence, code[:40], raw[:300], words, stop, wait)


def _all(
    request: Request, state: str, words: Words, code: str = "", raw: str = "", until: datetime | None = None
) -> tuple[RecipientOutcome, ...]:
    reason = words.pack()
    return tuple(
        RecipientOutcome(member.id, state, reason, code[:40], raw[:300], held_until=until) for member in request.members
    )


def _back(request: Request) -> tuple[RecipientOutcome, ...]:
    return tuple(RecipientOutcome(member.id, RecipientState.PENDING) for member in request.members)
