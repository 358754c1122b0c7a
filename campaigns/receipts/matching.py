"""Finding the recipient of a receipt: by our reference, else by account and provider id; the number must agree."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaigns.dispatch.plan import in_positions
from campaigns.models import Receipt, Recipient, Submission

_REFERENCE = re.compile(r"(?P<submission>[0-9a-f]{10}-\d+-\d+-\d+)(?:\.(?P<position>\d+))?")


@dataclass(frozen=True, slots=True)
class Match:
    recipient_id: int
    by: str
    mismatch: bool


def match(account_id: int, receipts: Sequence[Receipt]) -> dict[int, Match]:
    """Matches by index into *receipts*. A constant number of queries whatever their number."""
    found = _by_reference(account_id, receipts)
    rest = [index for index in range(len(receipts)) if index not in found]
    found.update(_by_provider_id(account_id, receipts, rest))
    return found


def _by_reference(account_id: int, receipts: Sequence[Receipt]) -> dict[int, Match]:
    references = {index: parts for index, receipt in enumerate(receipts) if (parts := _parts(receipt.reference))}
    submissions = {
        submission.reference: submission
        for submission in Submission.objects.filter(
            reference__in={reference for reference, _ in references.values()}, campaign__account_id=account_id
        ).only("id", "reference", "campaign_id", "positions")
    }
    wanted = [
        (index, submissions[reference], position)
        for index, (reference, position) in references.items()
        if reference in submissions
    ]
    found = _recipients_by_position(wanted)
    found.update(_recipients_by_number(receipts, [row for row in wanted if row[2] is None]))
    return {index: _checked(receipts[index], recipient, "reference") for index, recipient in found.items()}


def _parts(reference: str) -> tuple[str, int | None] | None:
    parts = _REFERENCE.fullmatch(reference.strip())
    if parts is None:
        return None
    position = parts["position"]
    return parts["submission"], int(position) if position else None


Wanted = tuple[int, Submission, int | None]


def _recipients_by_position(wanted: Sequence[Wanted]) -> dict[int, Recipient]:
    by_campaign: dict[int, list[tuple[int, int]]] = {}
    for index, submission, position in wanted:
        if position is not None and in_positions(position, submission.positions):
            by_campaign.setdefault(submission.campaign_id, []).append((index, position))
    found: dict[int, Recipient] = {}
    for campaign_id, pairs in by_campaign.items():
        rows = _light(Recipient.objects.filter(campaign_id=campaign_id, position__in={pair[1] for pair in pairs}))
        recipients = {recipient.position: recipient for recipient in rows}
        found.update({index: recipients[position] for index, position in pairs if position in recipients})
    return found


def _recipients_by_number(receipts: Sequence[Receipt], wanted: Sequence[Wanted]) -> dict[int, Recipient]:
    """Where the reference names only the submission, the number tells who of it is meant."""
    by_campaign: dict[int, list[tuple[int, Submission]]] = {}
    for index, submission, _ in wanted:
        by_campaign.setdefault(submission.campaign_id, []).append((index, submission))
    found: dict[int, Recipient] = {}
    for campaign_id, pairs in by_campaign.items():
        numbers = {digits(receipts[index].number) for index, _ in pairs}
        rows = _light(Recipient.objects.filter(campaign_id=campaign_id, number__in=numbers))
        recipients = {recipient.number: recipient for recipient in rows}
        for index, submission in pairs:
            recipient = recipients.get(digits(receipts[index].number))
            if recipient is not None and in_positions(recipient.position, submission.positions):
                found[index] = recipient
    return found


def _by_provider_id(account_id: int, receipts: Sequence[Receipt], indexes: Iterable[int]) -> dict[int, Match]:
    wanted = {index: receipts[index].provider_id for index in indexes if receipts[index].provider_id}
    rows = Recipient.objects.filter(provider_id__in=set(wanted.values()), campaign__account_id=account_id)
    recipients: dict[str, list[Recipient]] = {}
    for recipient in _light(rows):
        recipients.setdefault(recipient.provider_id, []).append(recipient)
    found: dict[int, Match] = {}
    for index, provider_id in wanted.items():
        candidates = recipients.get(provider_id, [])
        agreeing = [one for one in candidates if not _checked(receipts[index], one, "id").mismatch]
        # Two recipients under one id: the provider reused it, and guessing is worse than showing it to a person.
        chosen = agreeing if agreeing else candidates
        if len(chosen) == 1:
            found[index] = _checked(receipts[index], chosen[0], "id")
    return found


def _light(rows: "Iterable[Recipient]") -> Iterable[Recipient]:
    return rows.only("id", "position", "number", "provider_id")  # type: ignore[attr-defined,no-any-return]


def _checked(receipt: Receipt, recipient: Recipient, by: str) -> Match:
    told = digits(receipt.number)
    # Our reference is known to the provider alone; an id may be guessed, so there the number has to be told too.
    silent_is_fine = by == "reference" and not told
    return Match(recipient.pk, by, mismatch=not silent_is_fine and told != recipient.number)


def digits(number: str) -> str:
    """The digits of a number as a provider wrote it."""
    return re.sub(r"\D", "", number)
