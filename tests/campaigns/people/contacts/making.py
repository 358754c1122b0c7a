"""Contact lists for tests."""

from itertools import count
from typing import Any

from campaigns.models import Contact, ContactList
from campaigns.people.contacts import tags

_serial = count(1)


def number(place: int) -> str:
    return str(8613800000000 + place)


def make_list(contacts: int = 0, **values: Any) -> ContactList:
    """A list with numbers 8613800000001… whose ``place`` is their place; every second one has the tag "even"."""
    made = ContactList.objects.create(
        **{"name": f"list {next(_serial)}", "columns": ["place"], "total": contacts, **values}
    )
    Contact.objects.bulk_create(
        [
            Contact(
                contact_list=made,
                number=number(place),
                typed=f"typed {place}",
                variables={"place": str(place)},
                tags=tags.pack(["even"]) if place % 2 == 0 else "",
            )
            for place in range(1, contacts + 1)
        ]
    )
    return made
