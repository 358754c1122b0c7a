"""Pages of contact lists and of the contacts in them."""

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, ContactList
from notifyadmin.web.actions import Action
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, FormPage, ListPage, Page

from . import selectors, services, tags
from .filters import ContactListFilter
from .forms import ListForm
from .tables import ContactListTable

VIEW, ADD = "campaigns.view_contactlist", "campaigns.add_contactlist"
CHANGE = "campaigns.change_contactlist"
LIST = "campaigns:contacts:list"


class ContactLists(ListPage[ContactList]):
    permission_required = VIEW
    model = ContactList
    table_class = ContactListTable
    filterset_class = ContactListFilter
    title = _("Contacts")
    intro = _("Lists of people that are kept, to be reached by campaigns again.")
    empty_title = _("No contact list yet")
    empty_text = _("Make one and bring a file, or save the audience of a campaign as a contact list.")
    empty_action = (_("New contact list"), "campaigns:contacts:add", ADD)

    def get_actions(self) -> Sequence[Action]:
        return (Action(_("New contact list"), reverse("campaigns:contacts:add"), ADD, primary=True),)


class AddList(FormPage[ListForm]):
    """An empty contact list; the next page brings a file into it."""

    permission_required = ADD
    template_name = "campaigns/people/contacts/form.html"
    form_class = ListForm
    title = _("New contact list")
    submit_label = _("Make the list")
    cancel_url = LIST

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((_("Contacts"), reverse(LIST)),)

    def save(self, form: ListForm) -> str:
        made = services.create(form.cleaned_data["name"], form.cleaned_data["note"], self.request.user)
        return reverse("campaigns:contacts:detail", args=[made.pk])


class OneList:
    """A page or button of one contact list."""

    kwargs: dict[str, Any]

    @cached_property
    def contact_list(self) -> ContactList:
        return get_object_or_404(ContactList, pk=self.kwargs["pk"])

    def own_url(self) -> str:
        return reverse("campaigns:contacts:detail", args=[self.contact_list.pk])


class Contacts(OneList, Page):
    """The contacts of a list, by key."""

    permission_required = VIEW
    template_name = "campaigns/people/contacts/detail.html"

    def get_title(self) -> str:
        return self.contact_list.name

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((_("Contacts"), reverse(LIST)),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = selectors.page(self.contact_list, self.request.GET)
        columns = self.contact_list.columns
        rows = [
            (contact, tags.unpack(contact.tags), [contact.variables.get(name, "") for name in columns])
            for contact in page.rows
        ]
        fitting = (
            selectors.filtered(self.contact_list, page.filters).count() if page.filters else self.contact_list.total
        )
        return super().get_context_data(**kwargs) | {
            "contact_list": self.contact_list,
            "page": page,
            "rows": rows,
            "fitting": fitting,
            "tags": selectors.tags_of(self.contact_list),
            "here": page.filters.address().lstrip("?"),
        }


class EditList(OneList, FormPage[ListForm]):
    permission_required = CHANGE
    form_class = ListForm
    template_name = "campaigns/people/contacts/edit.html"
    success_message = _("Saved.")

    def get_title(self) -> str:
        return self.contact_list.name

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((_("Contacts"), reverse(LIST)), (self.contact_list.name, self.own_url()))

    def get_cancel_url(self) -> str:
        return self.own_url()

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.contact_list.name, "note": self.contact_list.note}

    def save(self, form: ListForm) -> str:
        services.rename(self.contact_list, form.cleaned_data["name"], form.cleaned_data["note"])
        return self.own_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"contact_list": self.contact_list}


class ListButton(OneList, ActionView[ContactList]):
    """A button of one contact list."""

    permission_required = CHANGE

    def get_success_url(self) -> str:
        return self.own_url()


class ArchiveList(ListButton):
    success_message = _("Archived. Its contacts stay; it is not offered to campaigns any more.")

    def perform(self, request: StaffRequest) -> None:
        services.archive(self.contact_list)


class RestoreList(ListButton):
    success_message = _("Back in use.")

    def perform(self, request: StaffRequest) -> None:
        services.restore(self.contact_list)


class SaveAudience(FormPage[ListForm]):
    """Everybody in a campaign's audience as a new contact list."""

    permission_required = (ADD, "campaigns.view_campaign")
    template_name = "campaigns/people/contacts/form.html"
    form_class = ListForm
    title = _("Save the audience as a contact list")
    submit_label = _("Save")

    @cached_property
    def campaign(self) -> Campaign:
        return get_object_or_404(Campaign, pk=self.kwargs["pk"])

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.name, self.get_cancel_url()))

    def get_cancel_url(self) -> str:
        page = "campaigns:check" if self.campaign.is_draft else "campaigns:detail"
        return reverse(page, args=[self.campaign.pk])

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.campaign.name}

    def save(self, form: ListForm) -> str:
        data = form.cleaned_data
        made = services.save_audience(self.campaign, data["name"], data["note"], self.request.user)
        return reverse("campaigns:contacts:detail", args=[made.pk])
