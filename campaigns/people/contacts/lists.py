"""Lists for a contact list."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.models import ContactList, ListFile, ListPurpose
from campaigns.people.audience.targets import Target
from notifyadmin.web.views import Crumb

from . import services
from .destination import TAGS


class ContactsTarget(Target):
    """One contact list."""

    purpose = ListPurpose.CONTACTS
    view_permission = "campaigns.view_contactlist"
    change_permission = "campaigns.change_contactlist"
    name = "campaigns:contacts:import"
    page_template = "campaigns/people/contacts/import.html"
    good_label = _("Added")
    roles = ((TAGS, _("Tags")),)

    def __init__(self, contact_list: ContactList) -> None:
        self.contact_list = contact_list

    @classmethod
    def of(cls, **address: Any) -> "ContactsTarget":
        return cls(get_object_or_404(ContactList, pk=address["pk"]))

    @property
    def address(self) -> Sequence[Any]:
        return [self.contact_list.pk]

    def new_values(self) -> dict[str, Any]:
        return {"contact_list": self.contact_list}

    def lists(self) -> QuerySet[ListFile]:
        return self.contact_list.files.filter(purpose=self.purpose)

    def remove(self, list_file: ListFile, user: Any = None) -> str:
        removed = services.remove_file(self.contact_list, list_file)
        text = ngettext(
            "The list is gone, and %(count)s contact with it.",
            "The list is gone, and %(count)s contacts with it.",
            removed,
        )
        return text % {"count": removed}

    def get_title(self) -> Any:
        return _("Import contacts")

    def get_crumbs(self) -> Sequence[Crumb]:
        own_page = reverse("campaigns:contacts:detail", args=[self.contact_list.pk])
        return [(_("Contacts"), reverse("campaigns:contacts:list")), (self.contact_list.name, own_page)]

    def closed_url(self) -> str:
        archived = self.contact_list.archived_at is not None
        return reverse("campaigns:contacts:detail", args=[self.contact_list.pk]) if archived else ""

    def context(self) -> dict[str, Any]:
        return {"contact_list": self.contact_list}
