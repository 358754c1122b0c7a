"""Finding the recipient of a receipt: by our reference, else by account and provider id; the number must agree."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from campaigns.sending.departures.references import REFERENCE
from campaigns.sending.plan import in_positions
from notifyadmin.db.any_of import among
from notifyadmin.db.sql import fetch

_NOT_DIGITS = re.compile(r"\D")


class Match(NamedTuple):
    """Whom a receipt concerns, and by what; with ``mismatch`` the number disagrees, and it moves nobody."""

    recipient_id: int
    by: str
    mismatch: bool


class Told(Protocol):
    """What a receipt names of its recipient, be it stored already or not."""

    provider_id: str
    reference: str
    number: str


class Person(NamedTuple):
    """As much of a recipient as matching needs."""

    id: int
    position: int
    number: str


class Request(NamedTuple):
    """As much of a submission as matching needs."""

    campaign_id: int
    positions: str


Wanted = tuple[int, Request, int | None]


def match(account_id: int, receipts: Sequence[Told]) -> dict[int, Match]:
    """Matches by index into *receipts*. A constant number of queries whatever their number."""
    found = _by_reference(account_id, receipts)
    rest = [index for index in range(len(receipts)) if index not in found]
    found.update(_by_provider_id(account_id, receipts, rest))
    return found


def _by_reference(account_id: int, receipts: Sequence[Told]) -> dict[int, Match]:
    references = {
        index: parts
        for index, receipt in enumerate(receipts)
        if receipt.reference and (parts := _parts(receipt.reference))
    }
    if not references:
        return {}
    requests = _requests(account_id, {reference for reference, _ in references.values()})
    wanted = [
        (index, requests[reference], position)
        for index, (reference, position) in references.items()
        if reference in requests
    ]
    found = _people_by_position(wanted)
    found.update(_people_by_number(receipts, [row for row in wanted if row[2] is None]))
    matches = {index: _checked(receipts[index], person, "reference") for index, person in found.items()}
    foreign = {index: parts for index, parts in references.items() if parts[0] not in requests}
    return matches | _of_lost_requests(account_id, receipts, foreign)


def _of_lost_requests(
    account_id: int, receipts: Sequence[Told], references: Mapping[int, tuple[str, int | None]]
) -> dict[int, Match]:
    """Of requests that this database lost with a restored backup: their campaign may be here, and knows each number
    once. Only where the number is told, and is that of the position if one is told too."""
    campaigns = _campaigns(account_id, {reference.partition("-")[0] for reference, _ in references.values()})
    by_campaign: dict[int, list[tuple[int, int | None]]] = {}
    for index, (reference, position) in references.items():
        campaign_id = campaigns.get(reference.partition("-")[0])
        if campaign_id is not None:
            by_campaign.setdefault(campaign_id, []).append((index, position))
    found: dict[int, Match] = {}
    for campaign_id, pairs in by_campaign.items():
        numbers = {digits(receipts[index].number) for index, _ in pairs} - {""}
        people = {one.number: one for one in _people(campaign_id, "number", numbers)} if numbers else {}
        for index, position in pairs:
            person = people.get(digits(receipts[index].number))
            if person is not None and position in (None, person.position):
                found[index] = Match(person.id, "reference", mismatch=False)
    return found


def _campaigns(account_id: int, references: set[str]) -> dict[str, int]:
    if not references:
        return {}
    chosen, parameter = among(references)
    sql = f"SELECT reference, id FROM campaigns_campaign WHERE account_id = %s AND reference {chosen}"  # noqa: S608
    return dict(fetch(sql, [account_id, parameter]))


def _parts(reference: str) -> tuple[str, int | None] | None:
    parts = REFERENCE.fullmatch(reference.strip())
    if parts is None:
        return None
    position = parts["position"]
    return parts["submission"], int(position) if position else None


def _requests(account_id: int, references: set[str]) -> Mapping[str, Request]:
    chosen, parameter = among(references)
    sql = f"""
        SELECT s.reference, s.campaign_id, s.positions FROM campaigns_submission s
        JOIN campaigns_campaign c ON c.id = s.campaign_id WHERE c.account_id = %s AND s.reference {chosen}
    """  # noqa: S608
    return {reference: Request(*rest) for reference, *rest in fetch(sql, [account_id, parameter])}


def _people_by_position(wanted: Sequence[Wanted]) -> dict[int, Person]:
    by_campaign: dict[int, list[tuple[int, int]]] = {}
    for index, request, position in wanted:
        if position is not None and in_positions(position, request.positions):
            by_campaign.setdefault(request.campaign_id, []).append((index, position))
    found: dict[int, Person] = {}
    for campaign_id, pairs in by_campaign.items():
        people = {one.position: one for one in _people(campaign_id, "position", {pair[1] for pair in pairs})}
        found.update({index: people[position] for index, position in pairs if position in people})
    return found


def _people_by_number(receipts: Sequence[Told], wanted: Sequence[Wanted]) -> dict[int, Person]:
    """Where the reference names only the submission, the number tells who of it is meant."""
    by_campaign: dict[int, list[tuple[int, Request]]] = {}
    for index, request, _ in wanted:
        by_campaign.setdefault(request.campaign_id, []).append((index, request))
    found: dict[int, Person] = {}
    for campaign_id, pairs in by_campaign.items():
        numbers = {digits(receipts[index].number) for index, _ in pairs}
        people = {one.number: one for one in _people(campaign_id, "number", numbers)}
        for index, request in pairs:
            person = people.get(digits(receipts[index].number))
            if person is not None and in_positions(person.position, request.positions):
                found[index] = person
    return found


def _people(campaign_id: int, column: str, values: set[int] | set[str]) -> Iterable[Person]:
    chosen, parameter = among(values)
    sql = f"SELECT id, position, number FROM campaigns_recipient WHERE campaign_id = %s AND {column} {chosen}"  # noqa: S608
    return map(Person._make, fetch(sql, [campaign_id, parameter]))


def _by_provider_id(account_id: int, receipts: Sequence[Told], indexes: Iterable[int]) -> dict[int, Match]:
    wanted = {index: receipts[index].provider_id for index in indexes if receipts[index].provider_id}
    if not wanted:
        return {}
    people: dict[str, list[Person]] = {}
    for provider_id, pk, position, number in _rows_by_provider_id(account_id, set(wanted.values())):
        people.setdefault(provider_id, []).append(Person(pk, position, number))
    found: dict[int, Match] = {}
    for index, provider_id in wanted.items():
        matches = [_checked(receipts[index], one, "id") for one in people.get(provider_id, ())]
        # Two recipients under one id: the provider reused it, and guessing is worse than showing it to a person.
        chosen = [one for one in matches if not one.mismatch] or matches
        if len(chosen) == 1:
            found[index] = chosen[0]
    return found


def _rows_by_provider_id(account_id: int, provider_ids: set[str]) -> Iterable[tuple[Any, ...]]:
    chosen, parameter = among(provider_ids)
    # Said as the index says it, or neither database would use it; the plus sign keeps SQLite from reading whole
    # campaigns instead.
    sql = f"""
        SELECT r.provider_id, r.id, r.position, r.number FROM campaigns_recipient r
        JOIN campaigns_campaign c ON c.id = +r.campaign_id
        WHERE NOT (r.provider_id = '') AND r.provider_id {chosen} AND c.account_id = %s
    """  # noqa: S608
    return fetch(sql, [parameter, account_id])


def _checked(receipt: Told, person: Person, by: str) -> Match:
    told = digits(receipt.number)
    # Our reference is known to the provider alone; an id may be guessed, so there the number has to be told too.
    silent_is_fine = by == "reference" and not told
    return Match(person.id, by, not silent_is_fine and told != person.number)


def digits(number: str) -> str:
    """The digits of a number as a provider wrote it."""
    return number if number.isdecimal() else _NOT_DIGITS.sub("", number)
