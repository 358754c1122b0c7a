"""The contacts of a list as a file that can be imported again."""

from django.http import Http404
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from campaigns.exports.listings import Asked, Listing, blocks
from campaigns.exports.views import ExportView
from campaigns.models import Contact, ContactList
from campaigns.people.audience.problems import number_title
from notifyadmin.web.exports import Row, Table
from notifyadmin.web.keys import given, row_of

from . import selectors, tags
from .destination import TAGS


def table_of(asked: Asked) -> Table:
    """The contacts that fit the filters."""
    contact_list = row_of(ContactList.objects.all(), asked.key)
    if contact_list is None:
        raise Http404
    filters = selectors.Filters.of(given(asked.query))
    rows = selectors.filtered(contact_list, filters)
    columns = contact_list.columns

    def cells(contact: Contact) -> Row:
        values = (str(contact.variables.get(name, "")) for name in columns)
        return [f"+{contact.number}", *values, ", ".join(tags.unpack(contact.tags))]

    name = slugify(contact_list.name) or f"contacts-{contact_list.pk}"
    most = rows.order_by().count() if filters else contact_list.total
    return Table(name, [number_title(), *columns, str(TAGS)], blocks(rows, cells), most)


LISTING = Listing("contacts", _("Contacts"), "campaigns.view_contactlist", table_of)


class ExportContacts(ExportView):
    permission_required = "campaigns.view_contactlist"
    listing_name = "contacts"
