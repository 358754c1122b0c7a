"""From what people wrote back to kept replies, and to the suppression list where they ask us to stop.

Everything here needs a transaction that holds the account's lock (see receipts.applying), and may run again.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Campaign, Recipient, Reply
from campaigns.people.audience import phones
from campaigns.people.suppression.services import opt_out
from providers.accounts.models import Account
from providers.contract.events import ReplyEvent
from providers.contract.words import Words, gettext_noop

from .stopping import means_stop

RECENT_CAMPAIGNS = 500
"""Started campaigns of an account, newest first, in which the writer of a reply is looked for."""

SHORTEST, LONGEST = 7, 15
"""Digits of a number with country code."""

NO_NUMBER = gettext_noop(
    "“%(number)s” wrote back “%(text)s”, but that is no phone number with country code. Find out whose it is and put "
    "it on the suppression list by hand."
)


def reply_of(account: Account, event: ReplyEvent, at: datetime) -> Reply:
    """The row for *event*, received *at*, not saved."""
    return Reply(
        account=account,
        number=event.number.removeprefix("00")[:20],
        text=event.text,
        provider_id=event.provider_id[:64],
        stops=means_stop(event.text),
        replied_at=event.replied_at,
        received_at=at,
        digest=_digest(account, event, at),
    )


def store(account: Account, replies: Mapping[str, Reply]) -> None:
    """Keep those that are new, each with the recipient that it most likely answers, and heed who wants to stop."""
    if not replies:
        return
    known = set(Reply.objects.filter(digest__in=list(replies)).values_list("digest", flat=True))
    fresh = [reply for digest, reply in replies.items() if digest not in known]
    _match(account, fresh)
    Reply.objects.bulk_create(fresh)
    for reply in fresh:
        if reply.stops:
            _heed(reply)


def _digest(account: Account, event: ReplyEvent, at: datetime) -> str:
    # Without an id and a time, the same words on another day are another reply.
    day = "" if event.provider_id or event.replied_at else f"{at:%Y-%m-%d}"
    told = (account.pk, event.provider_id, event.number, event.text, event.replied_at, day)
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _match(account: Account, replies: Sequence[Reply]) -> None:
    """The recipient whose message has this very id, else the last of that number who was sent one before it."""
    people = _written_to(account, {number for reply in replies for number in _meant(reply.number)})
    for reply in replies:
        reply.number = next((number for number in _meant(reply.number) if number in people), reply.number)
        moment = reply.replied_at or reply.received_at
        reply.recipient = _likely(people.get(reply.number, ()), reply.provider_id, min(moment, reply.received_at))


def _meant(number: str) -> tuple[str, ...]:
    """*number*, and how we would write it if it came as it is dialled in China: who was sent a message decides."""
    try:
        return number, phones.normalise(number, phones.CHINA)
    except phones.BadNumber:
        return (number,)


def _written_to(account: Account, numbers: Collection[str]) -> dict[str, list[Recipient]]:
    """By number, who was sent a message, the latest first."""
    if not numbers:
        return {}
    started = Campaign.objects.filter(account=account, kind="sms", started_at__isnull=False).order_by("-started_at")
    campaigns = list(started.values_list("pk", flat=True)[:RECENT_CAMPAIGNS])
    sent = Recipient.objects.filter(campaign_id__in=campaigns, number__in=numbers, submitted_at__isnull=False)
    by_number: dict[str, list[Recipient]] = {}
    for recipient in sent.select_related("campaign").defer("variables", "raw").order_by("-submitted_at", "-id"):
        by_number.setdefault(recipient.number, []).append(recipient)
    return by_number


def _likely(people: Sequence[Recipient], provider_id: str, moment: datetime) -> Recipient | None:
    by_id = (person for person in people if provider_id and person.provider_id == provider_id)
    before = (person for person in people if person.submitted_at and person.submitted_at <= moment)
    # A clock of the provider's that is slow must not leave a reply without anybody.
    return next(by_id, None) or next(before, None) or (people[-1] if people else None)


def _heed(reply: Reply) -> None:
    campaign = reply.recipient.campaign if reply.recipient else None
    if SHORTEST <= len(reply.number) <= LONGEST:
        opt_out(reply.number, reply.text, account_id=reply.account_id, campaign=campaign)
        return
    words = Words(NO_NUMBER, {"number": reply.number, "text": reply.text[:100]})
    record(ActivityKind.SUPPRESSED, words, account_id=reply.account_id, campaign=campaign, attention=True)
