"""From a gateway's answer to what is written down. Pure: no database, no network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from campaigns.models import SubmissionState
from campaigns.statuses import RecipientState
from providers.contract.errors import (
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


@dataclass(frozen=True, slots=True)
class RecipientOutcome:
    """What becomes of one recipient. ``reason`` is packed Words, ``held_until`` an aware datetime or None."""

    id: int
    state: str
    reason: str = ""
    code: str = ""
    raw: str = ""
    failure: str = ""
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountStop:
    """The account, and so all its campaigns, must wait for a person."""

    concern: Concern
    words: Words
    raw: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one answer means: ``accepted`` are pairs of recipient id and provider id, ``recipients`` all others.

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
    accepted: tuple[tuple[int, str], ...] = ()
    learned: tuple[tuple[str, str], ...] = ()
    """Limits that numbers have reached: name of the limit and number."""

    @property
    def usable(self) -> bool:
        """Whether the provider answered; else the way to it, or itself, is not well."""
        return self.state in (SubmissionState.ANSWERED, SubmissionState.REFUSED)


def outcome_of(answer: SubmitAnswer, request: Request, now: datetime) -> Outcome:
    """The one place where an answer becomes states."""
    match answer:
        case Answered():
            return _answered(answer, request, now)
        case Refused():
            return _refused(answer, request, now)
        case Unknown():
            recipients = _all(request, RecipientState.UNKNOWN, answer.words, answer.code, answer.raw)
            return _whole(SubmissionState.UNKNOWN, answer, recipients, code=answer.code, raw=answer.raw)
        case NotSent():
            return _not_sent(answer, request, now)


def _answered(answer: Answered, request: Request, now: datetime) -> Outcome:
    others: dict[str, RefusedCallee | UnclearCallee] = {one.ref: one for one in answer.unclear}
    others |= {one.ref: one for one in answer.refused}
    taken = {one.ref: one.provider_id for one in answer.accepted}
    accepted: list[tuple[int, str]] = []
    recipients: list[RecipientOutcome] = []
    for member, callee in zip(request.members, request.message.callees, strict=True):
        provider_id = taken.get(callee.ref)
        if provider_id is None:
            recipients.append(_one(member, others.get(callee.ref), now))
        else:
            accepted.append((member.id, provider_id[:64]))
    return Outcome(
        SubmissionState.ANSWERED,
        tuple(recipients),
        answer.evidence,
        accepted=tuple(accepted),
        learned=_learned(answer.refused, request),
    )


def _learned(refused: Sequence[RefusedCallee], request: Request) -> tuple[tuple[str, str], ...]:
    limits = {one.ref: one.frequency for one in refused if one.frequency}
    if not limits:
        return ()
    return tuple((limits[callee.ref], callee.number) for callee in request.message.callees if callee.ref in limits)


def _one(member: Member, item: RefusedCallee | UnclearCallee | None, now: datetime) -> RecipientOutcome:
    match item:
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
