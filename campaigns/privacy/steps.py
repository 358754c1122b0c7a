"""What erasing one number does, in its order. Each step looks at some rows a time, and may do so again.

The number goes out of the recipients last, before the exports: by them the rest is found, also by whoever takes over in
the middle.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import Max, Q, QuerySet

from campaigns.exports import removing
from campaigns.models import (
    Activity,
    AudienceProblem,
    Campaign,
    Contact,
    ContactList,
    Erasure,
    ListFile,
    ListState,
    Receipt,
    Reply,
    Submission,
    Suppression,
)
from campaigns.models.endings import ENDING
from campaigns.models.erased import PLACEHOLDER, QUOTING
from campaigns.people.contacts.services import delete_contacts
from campaigns.receipts.ingest import read
from notifyadmin.db.dialect import has_bytes
from notifyadmin.db.sql import execute, fetch
from providers.calllog.models import ProviderCall
from providers.registry import UnknownGateway
from providers.webhooks.models import InboundPush

from .erasing import QUOTED, erase_replies, forget_list
from .onenumber import TELLING, people, receipts, refuse_open

LOOKED_AT = 2000
"""Rows that one transaction looks through."""

PUSHES = 500
"""Pushes that one transaction looks through: a body may be large."""

Step = Callable[[Erasure], int | None]
"""Does what is behind ``erasure.cursor`` for some rows; returns the last of them, None when there is nothing more."""


def pushes(erasure: Erasure) -> int | None:
    """The pushes whose bodies have its last digits as they are: not what is packed, escaped or broken up by blanks."""
    last = _end(InboundPush.objects.all(), erasure.cursor, PUSHES)
    if last is not None:
        sql = f"SELECT id FROM providers_inboundpush WHERE id > %s AND id <= %s AND {has_bytes('body')}"  # noqa: S608
        found = fetch(sql, [erasure.cursor, last, _telling(erasure).encode()])
        _erase_pushes(erasure, [pk for (pk,) in found])
    return last


def requests(erasure: Erasure) -> int | None:
    """The request about it alone goes; of one about many its digits, or all of it where each got its own text."""
    campaigns = people(erasure.number).order_by().values_list("campaign_id", flat=True)
    mine = Submission.objects.filter(campaign__in=set(campaigns))
    last = _end(mine, erasure.cursor)
    if last is not None:
        window = mine.filter(pk__gt=erasure.cursor, pk__lte=last)
        naming = window.filter(_naming(erasure, "request", "response", "raw")).select_related("campaign")
        for submission in naming.defer("positions"):
            _erase_request(submission, erasure)
    return last


def calls(erasure: Erasure) -> int | None:
    """Other requests that name it, such as those that asked for a record."""
    last = _end(ProviderCall.objects.all(), erasure.cursor)
    if last is not None:
        window = ProviderCall.objects.filter(pk__gt=erasure.cursor, pk__lte=last)
        window.filter(_naming(erasure, "request", "response")).update(request="", response="")
    return last


def problems(erasure: Erasure) -> int | None:
    """Rows of lists hold numbers as people typed them, so only their digits are compared."""
    last = _end(AudienceProblem.objects.all(), erasure.cursor)
    if last is not None:
        window = AudienceProblem.objects.filter(pk__gt=erasure.cursor, pk__lte=last)
        likely = window.filter(number__contains=erasure.number[-ENDING // 2 :]).values_list("pk", "number")
        ids = [pk for pk, typed in likely if re.sub(r"\D", "", typed).endswith(_telling(erasure))]
        AudienceProblem.objects.filter(pk__in=ids).delete()
    return last


def lines(erasure: Erasure) -> int | None:
    """Lines of the activity list that quote it."""
    last = _end(Activity.objects.all(), erasure.cursor)
    if last is not None:
        window = Activity.objects.filter(pk__gt=erasure.cursor, pk__lte=last)
        window.filter(words__contains=erasure.number).update(words=QUOTED.pack(), raw="")
        window.filter(raw__contains=_telling(erasure)).update(raw="")
    return last


def rows(erasure: Erasure) -> None:
    """All that an index finds by the number, in one transaction. Raises Refusal where it waits again by now."""
    number = erasure.number
    _lock(number)
    list_files = _lists(number)
    erasure.recipients = people(number).count()
    erasure.replies = Reply.objects.filter(number=number).count()
    erasure.contacts = Contact.objects.filter(number=number).count()
    # Among them those that came since the pushes were looked through, and those that do not show its digits.
    _erase_pushes(erasure, sorted(set(receipts(number).values_list("push_id", flat=True)) - {None}))
    erase_replies(Reply.objects.filter(number=number))
    for contact_list in ContactList.objects.filter(contacts__number=number).distinct().order_by("pk"):
        delete_contacts(contact_list, contact_list.contacts.filter(number=number))
    receipts(number).update(number="", raw="")
    _erase_people(list(people(number).values_list("pk", flat=True)))
    for list_file in list_files:
        forget_list(list_file)
    if erasure.suppression:
        Suppression.objects.filter(number=number).delete()


def exports(erasure: Erasure) -> None:
    """The files that were written before. After all others, so that what is begun anew does not find it."""
    removing.remove_naming(_telling(erasure))


STEPS: Sequence[Step] = (pushes, requests, calls, problems, lines, rows, exports)


def _telling(erasure: Erasure) -> str:
    return erasure.number[-TELLING:]


def _naming(erasure: Erasure, *fields: str) -> Q:
    """Rows with its last digits in one of *fields*."""
    return Q(*((f"{field}__contains", _telling(erasure)) for field in fields), _connector=Q.OR)


def _end(some: QuerySet[Any], behind: int, most: int = LOOKED_AT) -> int | None:
    """The key of the last of the next *most* rows."""
    last: int | None = some.filter(pk__gt=behind).order_by("pk")[:most].aggregate(last=Max("pk"))["last"]
    return last


def _lock(number: str) -> None:
    """The campaigns that have it, so that none begins with it meanwhile."""
    ids = set(people(number).values_list("campaign_id", flat=True))
    campaigns = list(Campaign.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    refuse_open(people(number).filter(campaign__in=campaigns))


def _lists(number: str) -> list[ListFile]:
    """The lists that brought it, which have it in their files."""
    ids = set(people(number).values_list("list_file_id", flat=True))
    ids |= set(Contact.objects.filter(number=number).values_list("list_file_id", flat=True))
    ids |= set(Suppression.objects.filter(number=number).values_list("list_file_id", flat=True))
    return list(ListFile.objects.filter(pk__in=ids - {None}).exclude(state=ListState.READING))


def _erase_people(ids: list[int]) -> None:
    if not ids:
        return
    Receipt.objects.filter(recipient__in=ids).update(number="", raw="", reason="")
    places = ", ".join(["%s"] * len(ids))
    execute(f"UPDATE campaigns_recipientnote SET words = '' WHERE recipient_id IN ({places})", ids)  # noqa: S608
    execute(
        f"UPDATE campaigns_recipient SET number = {PLACEHOLDER}, typed = '', variables = '{{}}', raw = '', "  # noqa: S608
        f"reason = CASE WHEN reason {QUOTING} THEN '' ELSE reason END WHERE id IN ({places})",
        ids,
    )


def _erase_request(submission: Submission, erasure: Erasure) -> None:
    is_own = submission.size == 1 or bool(submission.campaign.columns)
    for field in ("request", "response", "raw"):
        text = getattr(submission, field)
        for digits in (erasure.number, _telling(erasure)):
            text = text.replace(digits, "*" * len(digits))
        setattr(submission, field, "" if is_own else text)
    submission.save(update_fields=["request", "response", "raw"])


def _erase_pushes(erasure: Erasure, ids: Iterable[int]) -> None:
    for pk in ids:
        push = InboundPush.objects.select_related("account").get(pk=pk)
        before = bytes(push.body)
        push.body = _without(push, _telling(erasure).encode())
        if push.body != before:
            push.save(update_fields=["body"])
            erasure.pushes += 1


def _without(push: InboundPush, digits: bytes) -> bytes:
    """Nothing, where the push is about this number alone or unreadable; else its digits are made unreadable."""
    try:
        events = read(push.account, push).events
    except UnknownGateway:
        return b""
    return b"" if len(events) <= 1 else bytes(push.body).replace(digits, b"*" * len(digits))
