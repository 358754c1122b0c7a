"""Erasing everything about one number, on demand.

Rows stay, so that counts, states, times and costs stay; the number in them goes, and whatever was said to it or about
it. The suppression list keeps it unless it is asked to go as well: without its entry the next list would reach it.
"""

import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import QuerySet

from campaigns.activity.services import record
from campaigns.contacts.services import delete_contacts
from campaigns.dispatch.sql import execute, fetch
from campaigns.models import (
    Activity,
    ActivityKind,
    AudienceProblem,
    Campaign,
    Contact,
    ContactList,
    ListFile,
    ListState,
    Receipt,
    Recipient,
    Reply,
    Submission,
    Suppression,
)
from campaigns.models.endings import ENDING
from campaigns.receipts.ingest import read
from campaigns.statuses import OPEN_STATES
from notifyadmin.web.errors import Refusal
from providers.calllog.models import ProviderCall
from providers.contract.words import Words, gettext_noop
from providers.registry import UnknownGateway
from providers.webhooks.models import InboundPush

from .erasing import QUOTED, erase_replies, forget_list
from .marks import PLACEHOLDER, QUOTING

LOOKED_AT = 2000
"""Pushes that one statement looks through."""

TELLING = 10
"""Last digits by which a number is looked for in raw bodies: providers write it with and without its country code."""

OPEN = gettext_noop(
    "This number still waits in these campaigns: %(names)s. Cancel them, or wait until what is under way has its "
    "receipt; then erase it. Put it on the suppression list now, and it is not reached before."
)
QUOTES_ITSELF = Words(gettext_noop("The reason names the number. It is kept, so write it without the number."))
ERASED = gettext_noop(
    "Everything about one number was erased (key %(key)s). Recipients: %(recipients)s. Reason: %(reason)s"
)


@dataclass(slots=True)
class Found:
    """How much there is about a number, or was erased."""

    recipients: int = 0
    receipts: int = 0
    pushes: int = 0
    replies: int = 0
    contacts: int = 0
    suppressed: bool = False


def key_of(number: str) -> str:
    """By which whoever knows the number and the installation's key can tell the audit line about it."""
    return hmac.new(settings.SECRET_KEY.encode(), number.encode(), "sha256").hexdigest()[:12]


def about(number: str) -> Found:
    """What there is about *number* (digits with country code), without looking into raw bodies."""
    return Found(
        people(number).count(),
        receipts(number).count(),
        0,
        Reply.objects.filter(number=number).count(),
        Contact.objects.filter(number=number).count(),
        Suppression.objects.filter(number=number).exists(),
    )


def people(number: str) -> QuerySet[Recipient]:
    """Every recipient with this number, out of the index."""
    return Recipient.objects.filter(campaign__in=Campaign.objects.order_by().values("pk"), number=number)


def receipts(number: str) -> QuerySet[Receipt]:
    """Receipts about it, out of the indexes: those of its recipients, and those that found nobody."""
    own = Receipt.objects.filter(recipient__in=people(number))
    nobodys = Receipt.objects.filter(recipient=None, number__in=[number, f"+{number}", f"00{number}"])
    both = (some.order_by().values("pk") for some in (own, nobodys))
    return Receipt.objects.filter(pk__in=next(both).union(*both))


def erase_number(
    number: str, user: AbstractBaseUser | None, reason: str, *, suppression: bool = False, every_push: bool = True
) -> Found:
    """Erase everything about *number*; what that is stands in docs/receipts.md. Raises Refusal while it is waited for.

    With *every_push* all stored pushes are looked through for its digits, else only those of its receipts.
    """
    if number[-TELLING:] in re.sub(r"\D", "", reason):
        raise Refusal(QUOTES_ITSELF, "reason")
    _refuse_open(people(number))
    # Before the rest and not in its transaction: it may take a while, and what is erased twice is erased.
    pushes = _erase_pushes(number, _pushes(number, everywhere=every_push))
    with transaction.atomic():
        campaigns = _locked_campaigns(number)
        found = replace(about(number), pushes=pushes)
        lists = _lists(number)
        _erase_rows(number, campaigns)
        for list_file in lists:
            forget_list(list_file)
        if suppression:
            Suppression.objects.filter(number=number).delete()
        values = {"key": key_of(number), "recipients": found.recipients, "reason": " ".join(reason.split())[:300]}
        record(ActivityKind.ERASED, Words(ERASED, values), user=user)
    return found


def _refuse_open(held: Iterable[Recipient]) -> None:
    waiting = {person.campaign_id for person in held if person.state in OPEN_STATES}
    names = Campaign.objects.filter(pk__in=waiting).order_by("pk").values_list("name", flat=True)[:10]
    if waiting:
        raise Refusal(Words(OPEN, {"names": ", ".join(f"“{name}”" for name in names)}))


def _locked_campaigns(number: str) -> list[Campaign]:
    """The campaigns that have it, under their locks, so that none begins with it meanwhile."""
    ids = set(people(number).values_list("campaign_id", flat=True))
    campaigns = list(Campaign.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    _refuse_open(people(number).filter(campaign__in=campaigns))
    return campaigns


def _lists(number: str) -> list[ListFile]:
    """The lists that brought it, which have it in their files."""
    ids = set(people(number).values_list("list_file_id", flat=True))
    ids |= set(Contact.objects.filter(number=number).values_list("list_file_id", flat=True))
    ids |= set(Suppression.objects.filter(number=number).values_list("list_file_id", flat=True))
    return list(ListFile.objects.filter(pk__in=ids - {None}).exclude(state=ListState.READING))


def _erase_rows(number: str, campaigns: Iterable[Campaign]) -> None:
    ids = list(people(number).values_list("pk", flat=True))
    for campaign in campaigns:
        _erase_requests(campaign, number)
    _erase_problems(number)
    erase_replies(Reply.objects.filter(number=number))
    for contact_list in ContactList.objects.filter(contacts__number=number).distinct().order_by("pk"):
        delete_contacts(contact_list, contact_list.contacts.filter(number=number))
    Activity.objects.filter(words__contains=number).update(words=QUOTED.pack(), raw="")
    Activity.objects.filter(raw__contains=number[-TELLING:]).update(raw="")
    calls = ProviderCall.objects.filter(request__contains=number) | ProviderCall.objects.filter(
        response__contains=number
    )
    calls.update(request="", response="")
    receipts(number).update(number="", raw="")
    if ids:
        _erase_people(ids)


def _erase_people(ids: list[int]) -> None:
    Receipt.objects.filter(recipient__in=ids).update(number="", raw="", reason="")
    places = ", ".join(["%s"] * len(ids))
    execute(f"UPDATE campaigns_recipientnote SET words = '' WHERE recipient_id IN ({places})", ids)  # noqa: S608
    execute(
        f"UPDATE campaigns_recipient SET number = {PLACEHOLDER}, typed = '', variables = '{{}}', raw = '', "  # noqa: S608
        f"reason = CASE WHEN reason {QUOTING} THEN '' ELSE reason END WHERE id IN ({places})",
        ids,
    )


def _erase_requests(campaign: Campaign, number: str) -> None:
    """The request about it alone goes; of one about many its digits, or all of it where each got its own text."""
    naming = Submission.objects.filter(campaign=campaign)
    naming = naming.filter(request__contains=number) | naming.filter(response__contains=number)
    own = naming.filter(size=1) if not campaign.columns else naming
    own.update(request="", response="", raw="")
    for submission in naming.only("pk", "request", "response"):
        submission.request = submission.request.replace(number, "*" * len(number))
        submission.response = submission.response.replace(number, "*" * len(number))
        submission.save(update_fields=["request", "response"])


def _erase_problems(number: str) -> None:
    """Rows of lists hold numbers as people typed them, so only their digits are compared."""
    likely = AudienceProblem.objects.filter(number__contains=number[-ENDING // 2 :])
    telling = number[-TELLING:]
    told = likely.values_list("pk", "number").iterator(2000)
    ids = [pk for pk, typed in told if re.sub(r"\D", "", typed).endswith(telling)]
    AudienceProblem.objects.filter(pk__in=ids).delete()


def _pushes(number: str, *, everywhere: bool) -> Iterator[int]:
    known = set(receipts(number).values_list("push_id", flat=True)) - {None}
    if everywhere:
        known |= set(_naming(number[-TELLING:].encode()))
    yield from sorted(known)


def _naming(digits: bytes) -> Iterator[int]:
    """The pushes whose bodies have *digits* in them as they are: not what is packed, escaped or broken up by blanks."""
    looks_in = "position(%s::bytea in body) > 0" if connection.vendor == "postgresql" else "instr(body, %s) > 0"
    newest = InboundPush.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for first in range(0, newest + 1, LOOKED_AT):
        sql = f"SELECT id FROM providers_inboundpush WHERE id > %s AND id <= %s AND {looks_in}"  # noqa: S608
        yield from (pk for (pk,) in fetch(sql, [first, first + LOOKED_AT, digits]))


def _erase_pushes(number: str, ids: Iterator[int]) -> int:
    erased = 0
    for pk in ids:
        push = InboundPush.objects.select_related("account").get(pk=pk)
        push.body = _without(push, number[-TELLING:].encode())
        push.save(update_fields=["body"])
        erased += 1
    return erased


def _without(push: InboundPush, digits: bytes) -> bytes:
    """Nothing, where the push is about this number alone or unreadable; else its digits are made unreadable."""
    try:
        events = read(push.account, push).events
    except UnknownGateway:
        return b""
    return b"" if len(events) <= 1 else bytes(push.body).replace(digits, b"*" * len(digits))
