"""Buttons for many contacts at once: those that are ticked, or all that fit the filters."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Contact
from notifyadmin.web.errors import Refusal
from notifyadmin.web.requests import StaffRequest

from . import selectors, services, tags
from .views import ListButton

MOST_TICKED = 1000
MOST_DIGITS = 19
"""Of an id; what is longer is none, and no database would take it."""


class ManyContacts(ListButton):
    """Asks who is meant: ``all`` that fit ``number`` and ``tag``, or those with the ids in ``id``."""

    def chosen(self) -> QuerySet[Contact]:
        """Raises Refusal when nobody is."""
        sent = self.request.POST
        if sent.get("all"):
            rows = selectors.filtered(self.contact_list, self.filters())
        else:
            ids = [
                int(pk)
                for pk in sent.getlist("id")[:MOST_TICKED]
                if pk.isascii() and pk.isdigit() and len(pk) < MOST_DIGITS
            ]
            rows = Contact.objects.filter(contact_list=self.contact_list, pk__in=ids)
        if not rows.exists():
            raise Refusal(_("Nobody is chosen. Tick somebody, or all of them."))
        return rows

    def filters(self) -> selectors.Filters:
        return selectors.Filters.of(self.request.POST)

    def get_success_url(self) -> str:
        return self.own_url() + self.filters().address().rstrip("?")

    def tags(self) -> list[str]:
        """Raises Refusal when none is typed."""
        read = tags.read(self.request.POST.get("tags", ""))
        if not read:
            raise Refusal(_("Type at least one tag."))
        return read


class TagContacts(ManyContacts):
    def perform(self, request: StaffRequest) -> Any:
        changed, full = services.tag(self.contact_list, self.chosen(), self.tags())
        words = ngettext("%(count)s tag was given.", "%(count)s tags were given.", changed) % {"count": changed}
        if full:
            words += " " + gettext("%(count)s found no room: these contacts have too many tags.") % {"count": full}
        return words


class UntagContacts(ManyContacts):
    def perform(self, request: StaffRequest) -> Any:
        changed = services.untag(self.contact_list, self.chosen(), self.tags())
        return ngettext("%(count)s tag was taken away.", "%(count)s tags were taken away.", changed) % {
            "count": changed
        }


class DeleteContacts(ManyContacts):
    permission_required = "campaigns.delete_contact"

    def perform(self, request: StaffRequest) -> Any:
        gone = services.delete_contacts(self.contact_list, self.chosen())
        return ngettext("%(count)s contact was deleted.", "%(count)s contacts were deleted.", gone) % {"count": gone}
