"""From recipients that are due to requests that respect the account's limits. Pure: no database, no network."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, NamedTuple

from campaigns.text.placeholders import MissingVariable, names, render
from providers.contract.abilities import Ability
from providers.contract.fields import Problem
from providers.contract.gateway import Gateway
from providers.contract.messages import AccountAccess, Callee, Message
from providers.contract.words import Words, gettext_noop
from providers.voicetemplates.matching import Template


@dataclass(frozen=True, slots=True)
class Content:
    """What a campaign says, as the gateway needs it. Texts that do not pass as ``template`` are not sent."""

    kind: Ability
    text: str = ""
    file_id: str = ""
    template_id: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    template: Template | None = None

    @property
    def has_placeholders(self) -> bool:
        return bool(names(self.text))


class Member(NamedTuple):
    """One due recipient: row id, position in the campaign, number, variables, and requests that it was in before."""

    id: int
    position: int
    number: str
    variables: dict[str, Any]
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """One request to be made, and whom it is for (in the order of the message's callees).

    ``narrows`` says that they are some of a group that was refused as a whole.
    """

    message: Message
    members: tuple[Member, ...]
    narrows: bool = False


@dataclass(frozen=True, slots=True)
class Skip:
    """A recipient that must not be sent to, and why."""

    member: Member
    words: Words


@dataclass(frozen=True, slots=True)
class Plan:
    requests: tuple[Request, ...]
    skips: tuple[Skip, ...]


def plan(
    members: Sequence[Member],
    content: Content,
    gateway: Gateway,
    access: AccountAccess,
    prefix: str,
    *,
    most: int | None = None,
    serial: Iterator[int] | None = None,
) -> Plan:
    """Cut *members* into requests filled to the account's limit, or to *most*.

    Every reference is *prefix* and the next of *serial*, which counts from 0 if there is none.
    """
    serial = serial or count()
    texts, skips = _texts(members, content, gateway)
    ready = [member for member in members if member.id in texts]
    limit = gateway.callees_per_request(content.kind, access)
    limit = limit if most is None else min(limit, most)
    requests: list[Request] = []
    for group in _groups(ready, texts, limit, gateway.kinds[content.kind].groups_texts):
        request = _request(group, texts, content, f"{prefix}-{next(serial)}")
        problems = gateway.check(request.message, access)
        if not problems or _concern_account(problems, gateway):
            requests.append(request)
            continue
        fitting, unfit = _narrow(request, gateway, access)
        skips.extend(unfit)
        requests.extend(fitting)
    return Plan(tuple(requests), tuple(skips))


def halves(request: Request, references: tuple[str, str]) -> tuple[Request, Request]:
    """The same people in two requests under new *references*."""
    middle = len(request.members) // 2
    parts = range(middle), range(middle, len(request.members))
    first, second = (part(request, indexes, name) for indexes, name in zip(parts, references, strict=True))
    return first, second


def part(request: Request, indexes: Sequence[int], reference: str) -> Request:
    """Those at *indexes* of a refused group, under a new *reference*."""
    # They were in a request now, so a receipt of it may have reached them before these leave.
    members = tuple(one._replace(attempts=one.attempts + 1) for one in (request.members[index] for index in indexes))
    callees = tuple(
        request.message.callees[index]._replace(ref=f"{reference}.{request.members[index].position}")
        for index in indexes
    )
    return Request(replace(request.message, ref=reference, callees=callees), members, narrows=True)


def positions_text(members: Sequence[Member]) -> str:
    """The positions of *members* as ranges: ``1-200,205``."""
    return in_ranges(member.position for member in members)


def in_ranges(positions: Iterable[int]) -> str:
    """*positions* as ranges: ``1-200,205``."""
    ranges: list[list[int]] = []
    for position in sorted(positions):
        if ranges and ranges[-1][1] + 1 == position:
            ranges[-1][1] = position
        else:
            ranges.append([position, position])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def in_order(text: str) -> Iterator[int]:
    """The positions in ranges written by :func:`positions_text`."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first:
            yield from range(int(first), int(last or first) + 1)


def in_positions(position: int, text: str) -> bool:
    """Whether *position* is in ranges written by :func:`positions_text`."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first and int(first) <= position <= int(last or first):
            return True
    return False


def _texts(members: Sequence[Member], content: Content, gateway: Gateway) -> tuple[dict[int, str], list[Skip]]:
    if not gateway.kinds[content.kind].has_text:
        return dict.fromkeys((member.id for member in members), ""), []
    texts: dict[int, str] = {}
    skips: list[Skip] = []
    for member in members:
        try:
            text = render(content.text, member.variables)
        except MissingVariable as missing:
            words = gettext_noop("The variable “%(name)s” is missing or empty for this recipient.")
            skips.append(Skip(member, Words(words, {"name": missing.name})))
            continue
        refusal = content.template.refusal(text) if content.template else None
        if refusal:
            skips.append(Skip(member, refusal))
        else:
            texts[member.id] = text
    return texts, skips


def _groups(
    members: Sequence[Member], texts: dict[int, str], limit: int, groups_texts: bool
) -> Iterator[Sequence[Member]]:
    if groups_texts or limit == 1 or len(set(texts.values())) <= 1:
        yield from (members[start : start + limit] for start in range(0, len(members), limit))
        return
    by_text: dict[str, list[Member]] = {}
    for member in members:
        by_text.setdefault(texts[member.id], []).append(member)
    for alike in by_text.values():
        yield from (alike[start : start + limit] for start in range(0, len(alike), limit))


def _request(group: Sequence[Member], texts: dict[int, str], content: Content, reference: str) -> Request:
    callees = tuple([Callee(f"{reference}.{member.position}", member.number, texts[member.id]) for member in group])
    message = Message(
        kind=content.kind,
        ref=reference,
        callees=callees,
        file_id=content.file_id,
        template_id=content.template_id,
        options=content.options,
    )
    return Request(message, tuple(group))


def _concern_account(problems: Sequence[Problem], gateway: Gateway) -> bool:
    """Whether the account is at fault: the gateway then refuses the request as such, and nobody is skipped for it."""
    credentials = {field.name for field in gateway.credentials}
    return any(problem.field in credentials for problem in problems)


def _narrow(request: Request, gateway: Gateway, access: AccountAccess) -> tuple[list[Request], list[Skip]]:
    """Set aside the members that the documents forbid, so that one bad row does not block the others."""
    message = request.message
    fitting: list[int] = []
    skips: list[Skip] = []
    for index, member in enumerate(request.members):
        problems = gateway.check(_only(message, [index]), access)
        if problems:
            skips.append(Skip(member, problems[0].words))
        else:
            fitting.append(index)
    if not fitting:
        return [], skips
    return [only(request, fitting)], skips


def only(request: Request, indexes: Sequence[int]) -> Request:
    """The request for those at *indexes* alone."""
    if len(indexes) == len(request.members):
        return request
    members = tuple(request.members[index] for index in indexes)
    return Request(_only(request.message, indexes), members, request.narrows)


def _only(message: Message, indexes: Sequence[int]) -> Message:
    return replace(message, callees=tuple(message.callees[index] for index in indexes))
