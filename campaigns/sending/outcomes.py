"""From a gateway's answer to what is written down. Pure: no database, no network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from campaigns.models import SubmissionState
from campaigns.models.statuses import RecipientState
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

from .pauses import NORMAL, Pauses
from .plan import Member, Request


@dataclass(frozen=True, slots=True)
class RecipientOutcome:
    """What becomes of one recipient. ``reason`` is packed Words, ``held_until`` an aware datetime or None.

    ``provider_id`` is the id that an unclear answer gave all the same, by which a receipt may find the recipient.
    """

    id: int
    state: str
    reason: str = ""
    code: str = ""
    raw: str = ""
    failure: str = ""
    held_until: datetime | None = None
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class CampaignStop:
    """This campaign must wait for a person; others of its account go on."""

    words: Words
    raw: str


@dataclass(frozen=True, slots=True)
class AccountStop:
    """The account, and so all its campaigns, must wait for a person."""

    concern: Concern
    words: Words
    raw: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one answer means: ``accepted`` are pairs of recipient id and provider id, ``recipients`` all others.

    With ``wait`` nothing more of the chunk is sent now; ``rest`` says why, where the provider refuses for a passing
    reason. With ``narrow`` several people were refused together although perhaps only one of them was meant: nothing
    was taken, so they may be asked for again in smaller groups.
    """

    state: SubmissionState
    recipients: tuple[RecipientOutcome, ...]
    evidence: Evidence
    code: str = ""
    raw: str = ""
    words: str = ""
    stop: AccountStop | CampaignStop | None = None
    wait: bool = False
    rest: Words | None = None
    narrow: bool = False
    accepted: tuple[tuple[int, str], ...] = ()
    learned: tuple[tuple[str, str], ...] = ()
    """Limits that numbers have reached: name of the limit and number."""

    @property
    def usable(self) -> bool:
        """Whether the answer says of anybody what became of them; else the provider, or the way to it, is not well."""
        if self.state == SubmissionState.ANSWERED:
            return bool(self.accepted) or any(row.state != RecipientState.UNKNOWN for row in self.recipients)
        return self.state == SubmissionState.REFUSED

    @property
    def named(self) -> list[tuple[int, str]]:
        """Pairs of recipient id and provider id, of all who have one."""
        pairs = [*self.accepted, *((row.id, row.provider_id) for row in self.recipients)]
        return [pair for pair in pairs if pair[1]]

    @property
    def is_in_doubt(self) -> bool:
        """Whether the request left and nobody in it knows what became of them."""
        return not self.usable and self.state != SubmissionState.NOT_SENT

    @property
    def proves(self) -> bool:
        """Whether the provider's API has worked on the request with the credentials that the account has."""
        return self.usable and self.rest is None and not isinstance(self.stop, AccountStop)

    @property
    def refused_alone(self) -> bool:
        """Whether everybody in it, who was asked for alone, is rejected by a refusal of the whole request."""
        return self.state == SubmissionState.REFUSED and {row.state for row in self.recipients} == {
            RecipientState.REJECTED
        }


def outcome_of(
    answer: SubmitAnswer, request: Request, now: datetime, pauses: Pauses = NORMAL, before: int = 0
) -> Outcome:
    """The one place where an answer becomes states. *before* are the *pauses* in a row that the account has made."""
    match answer:
        case Answered():
            return _answered(answer, request, now)
        case Refused(concern=Concern.PASSING) | Refused(concern=Concern.NONE, retry_after=float() | int()):
            return _passing(answer, request, now, pauses, before)
        case Refused():
            return _refused(answer, request)
        case Unknown():
            return _unknown(answer, request)
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
            return _unclear(member, item)
    # A gateway that forgets somebody must not make us forget them too.
    return RecipientOutcome(member.id, RecipientState.UNKNOWN)


def _unclear(member: Member, item: UnclearCallee) -> RecipientOutcome:
    return RecipientOutcome(
        member.id,
        RecipientState.UNKNOWN,
        reason=item.words.pack(),
        code=item.code[:40],
        raw=item.raw[:300],
        provider_id=item.provider_id[:64],
    )


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


def _passing(answer: Refused, request: Request, now: datetime, pauses: Pauses, before: int) -> Outcome:
    until = now + timedelta(seconds=pauses.seconds(answer.retry_after, before))
    recipients = _all(request, RecipientState.HELD, answer.words, answer.code, answer.raw, until)
    outcome = _whole(SubmissionState.REFUSED, answer, recipients, code=answer.code, raw=answer.raw)
    return replace(outcome, wait=True, rest=pauses.words(answer.retry_after, before))


def _refused(answer: Refused, request: Request) -> Outcome:
    """Nothing was taken, whoever it concerns: so says the contract of a gateway that answers like this."""
    alone = len(request.members) == 1
    if answer.concern == Concern.NONE and (alone or answer.narrow):
        rejected = RecipientState.REJECTED
        recipients = _all(request, rejected, answer.words, answer.code, answer.raw) if alone else _back(request)
        outcome = _whole(SubmissionState.REFUSED, answer, recipients, code=answer.code, raw=answer.raw)
        return replace(outcome, narrow=not alone)
    # Of a group that is refused for a reason that is not about single ones, asking anew would say the same.
    stop = _stop(Concern.CAMPAIGN if answer.concern == Concern.NONE else answer.concern, answer.words, answer.raw)
    return _whole(SubmissionState.REFUSED, answer, _back(request), code=answer.code, raw=answer.raw, stop=stop)


def _unknown(answer: Unknown, request: Request) -> Outcome:
    recipients = _all(request, RecipientState.UNKNOWN, answer.words, answer.code, answer.raw)
    stop = _stop(answer.concern, answer.words, answer.raw)
    return _whole(SubmissionState.UNKNOWN, answer, recipients, code=answer.code, raw=answer.raw, stop=stop)


def _stop(concern: Concern, words: Words, raw: str) -> AccountStop | CampaignStop | None:
    if concern in (Concern.NONE, Concern.PASSING):
        return None
    return CampaignStop(words, raw) if concern == Concern.CAMPAIGN else AccountStop(concern, words, raw)


def _not_sent(answer: NotSent, request: Request, now: datetime) -> Outcome:
    stop = _stop(answer.concern, answer.words, "")
    if stop is not None:
        return _whole(SubmissionState.NOT_SENT, answer, _back(request), stop=stop)
    until = now + timedelta(seconds=answer.retry_after)
    recipients = _all(request, RecipientState.HELD, answer.words, until=until)
    return replace(_whole(SubmissionState.NOT_SENT, answer, recipients), wait=True)


def _whole(
    state: SubmissionState,
    answer: Refused | Unknown | NotSent,
    recipients: tuple[RecipientOutcome, ...],
    *,
    code: str = "",
    raw: str = "",
    stop: AccountStop | CampaignStop | None = None,
) -> Outcome:
    words = answer.words.pack()
    return Outcome(state, recipients, answer.evidence, code[:40], raw[:300], words, stop, wait=stop is not None)


def _all(
    request: Request, state: str, words: Words, code: str = "", raw: str = "", until: datetime | None = None
) -> tuple[RecipientOutcome, ...]:
    reason = words.pack()
    return tuple(
        RecipientOutcome(member.id, state, reason, code[:40], raw[:300], held_until=until) for member in request.members
    )


def _back(request: Request) -> tuple[RecipientOutcome, ...]:
    return tuple(RecipientOutcome(member.id, RecipientState.PENDING) for member in request.members)
