"""Everything that was sent to one number, by key and newest campaign first."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from campaigns.models import Campaign, Contact, ContactList, Recipient

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class SentPage:
    """Recipients of one number, newest campaign first. ``older`` and ``newer`` are campaigns to go on from, or None."""

    people: list[Recipient]
    older: int | None = None
    newer: int | None = None


def recipients_of(number: str) -> QuerySet[Recipient]:
    """Its place in every campaign. Each campaign knows its numbers, and there are few campaigns beside recipients."""
    return Recipient.objects.filter(campaign__in=Campaign.objects.order_by().values("pk"), number=number)


def sent_to(number: str, before: int | None = None, after: int | None = None) -> SentPage:
    """A page of what *number* was to get: of campaigns older than *before*, or newer than *after*. One statement."""
    rows = recipients_of(number).select_related("campaign__account").defer("variables")
    if after is not None:
        found = list(rows.filter(campaign_id__gt=after).order_by("campaign_id")[: PER_PAGE + 1])
        people = found[:PER_PAGE][::-1]
        newer = people[0].campaign_id if len(found) > PER_PAGE else None
        return SentPage(people, people[-1].campaign_id if people else None, newer)
    if before is not None:
        rows = rows.filter(campaign_id__lt=before)
    found = list(rows.order_by("-campaign_id")[: PER_PAGE + 1])
    people = found[:PER_PAGE]
    older = people[-1].campaign_id if len(found) > PER_PAGE else None
    return SentPage(people, older, people[0].campaign_id if people and before is not None else None)


def contacts_of(number: str) -> list[Contact]:
    """Its place in each contact list that it is in. There are few lists, and each knows its numbers. Two statements."""
    one = Contact.objects.filter(contact_list=OuterRef("pk"), number=number).order_by().values("pk")[:1]
    ids = ContactList.objects.annotate(row=Subquery(one)).filter(row__isnull=False).values_list("row", flat=True)
    rows = Contact.objects.filter(pk__in=list(ids))
    return list(rows.select_related("contact_list").order_by("contact_list__name"))
