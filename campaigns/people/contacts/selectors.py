"""Reading contacts: narrowed, paged by key, and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign, Contact, ContactList, Recipient, Suppression
from campaigns.models.suppressed import flag_of
from notifyadmin.web import keyset
from notifyadmin.web.keys import key_of

from . import tags

PER_PAGE = 50
WHOLE_NUMBER = 10
"""Digits from which a whole number is looked up first, which an index answers."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the viewer narrowed a list to: digits of the number, and a tag."""

    number: str = ""
    tag: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """The filters in an address; what they do not know counts as not given."""
        return cls(keyset.digits_of(query.get("number", "")), next(iter(tags.read(query.get("tag", ""))), ""))

    def __bool__(self) -> bool:
        return bool(self.number or self.tag)

    def address(self, **more: object) -> str:
        """The query string of these filters and *more*."""
        return keyset.address({"number": self.number, "tag": self.tag, **more})


@dataclass(frozen=True, slots=True)
class Page:
    """The contacts of a page in their order, and the query strings of its neighbours."""

    rows: list[Contact]
    filters: Filters
    previous: str = ""
    next: str = ""


def page(contact_list: ContactList, query: Mapping[str, str]) -> Page:
    """The page that *query* asks for: ``after`` or ``before`` an id, ``number`` and ``tag``. By key, not counted."""
    filters = Filters.of(query)
    before, after = key_of(query.get("before")), key_of(query.get("after")) or 0
    found = keyset.leaf(filtered(contact_list, filters), "pk", before=before, after=after, per_page=PER_PAGE)
    rows = found.rows
    previous = filters.address(before=rows[0].pk) if rows and found.has_previous else ""
    following = filters.address(after=rows[-1].pk) if rows and found.has_next else ""
    return Page(rows, filters, previous, following)


def filtered(contact_list: ContactList, filters: Filters) -> QuerySet[Contact]:
    """The contacts that fit."""
    rows = Contact.objects.filter(contact_list=contact_list)
    if filters.tag:
        rows = rows.filter(tags__contains=tags.mark(filters.tag))
    return _with_number(rows, filters.number) if filters.number else rows


def _with_number(rows: QuerySet[Contact], digits: str) -> QuerySet[Contact]:
    if len(digits) >= WHOLE_NUMBER:
        whole = rows.filter(number__in=[digits, f"86{digits}"])
        if whole.exists():
            return whole
    return rows.filter(number__contains=digits)


def tags_of(contact_list: ContactList) -> list[str]:
    """All tags in the list. Few people have tags of their own, so that their combinations are few."""
    rows = Contact.objects.filter(contact_list=contact_list).exclude(tags="").order_by()
    combinations = rows.values_list("tags", flat=True).distinct()
    return sorted({tag for combination in combinations for tag in tags.unpack(combination)})


@dataclass(frozen=True, slots=True)
class Choice:
    """Some of a contact list: those with any tag of ``having``, or all without one, and with none of ``lacking``."""

    contact_list: ContactList
    having: Sequence[str] = ()
    lacking: Sequence[str] = ()

    def rows(self) -> QuerySet[Contact]:
        rows = Contact.objects.filter(contact_list=self.contact_list)
        if self.having:
            any_of = Q()
            for tag in self.having:
                any_of |= Q(tags__contains=tags.mark(tag))
            rows = rows.filter(any_of)
        for tag in self.lacking:
            rows = rows.exclude(tags__contains=tags.mark(tag))
        return rows

    @property
    def name(self) -> str:
        """The list and the tags, as the name of what is taken out of it."""
        with_tags = [f"+{tag}" for tag in self.having] + [f"-{tag}" for tag in self.lacking]
        return " ".join([self.contact_list.name, *with_tags])[:200]


@dataclass(frozen=True, slots=True)
class Reach:
    """What would become of a choice in a campaign, as far as a count can say."""

    total: int
    suppressed: int
    known: int

    @property
    def new(self) -> int:
        return self.total - self.suppressed - self.known


def reach(choice: Choice, campaign: Campaign) -> Reach:
    """Three counts, whatever the size of the list."""
    rows = choice.rows()
    held = rows.filter(_suppressed(campaign))
    known = rows.filter(~_suppressed(campaign), _known(campaign))
    return Reach(rows.count(), held.count(), known.count() if campaign.total else 0)


def _suppressed(campaign: Campaign) -> Exists:
    return Exists(Suppression.objects.filter(number=OuterRef("number"), **{flag_of(campaign.kind): True}))


def _known(campaign: Campaign) -> Exists:
    return Exists(Recipient.objects.filter(campaign=campaign, number=OuterRef("number")))
