"""Pages of an account's push addresses: making one, which is shown once, and closing it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, FormPage, Page
from providers.accounts import pushaddresses
from providers.webhooks.models import PushAddress

from . import services
from .models import Account

CHANGE = "providers.change_account"
PICKER = "%Y-%m-%dT%H:%M"
"""How the browser's own picker writes a time: without a zone, so it is read in the viewer's."""


class NewAddress(Page):
    """Makes an address and shows it, in the answer to the same POST: there is nowhere to read it from later."""

    permission_required = CHANGE
    http_method_names = ["post", "options"]
    template_name = "providers/accounts/new_address.html"
    title = _("New push address")

    @cached_property
    def account(self) -> Account:
        return get_object_or_404(Account, pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[Crumb]:
        return _crumbs(self.account)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        earlier = pushaddresses.open_of(self.account).exists()
        issued = services.new_push_address(self.account)
        context = self.get_context_data(account=self.account, doors=issued.doors, has_earlier=earlier)
        response = self.render_to_response(context)
        patch_cache_control(response, no_store=True)
        return response


class Close(ActionView[PushAddress]):
    permission_required = CHANGE
    success_message = _("The push address is closed. Pushes to it are refused within a few seconds from now.")

    def perform(self, request: StaffRequest) -> None:
        services.close_push_address(_address(self.kwargs))

    def get_success_url(self) -> str:
        return reverse("providers:accounts:detail", args=[self.kwargs["pk"]])


class CloseAtForm(forms.Form):
    """``at``: when the address closes by itself; empty: not by itself."""

    at = forms.DateTimeField(
        label=_("Close at"),
        required=False,
        widget=forms.DateTimeInput(format=PICKER, attrs={"type": "datetime-local"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["at"].help_text = gettext(
            "Date and time in your time zone, %(zone)s. Empty: it stays open until somebody closes it."
        ) % {"zone": zone}


class CloseAt(FormPage[CloseAtForm]):
    permission_required = CHANGE
    form_class = CloseAtForm
    template_name = "providers/accounts/close_at.html"
    title = _("Close a push address by itself")
    success_message = _("Saved.")

    @cached_property
    def address(self) -> PushAddress:
        return _address(self.kwargs)

    def get_crumbs(self) -> list[Crumb]:
        return _crumbs(self.address.account)

    def get_cancel_url(self) -> str:
        return reverse("providers:accounts:detail", args=[self.kwargs["pk"]])

    def get_initial(self) -> dict[str, Any]:
        return {"at": self.address.closes_at}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"address": self.address}

    def save(self, form: CloseAtForm) -> str:
        services.close_push_address_at(self.address, form.cleaned_data["at"])
        return self.get_cancel_url()


def _address(kwargs: dict[str, Any]) -> PushAddress:
    open_ones = PushAddress.objects.open().select_related("account")
    return get_object_or_404(open_ones, pk=kwargs["address"], account=kwargs["pk"])


def _crumbs(account: Account) -> list[Crumb]:
    page = reverse("providers:accounts:detail", args=[account.pk])
    return [(_("Accounts"), reverse("providers:accounts:list")), (account.name, page)]
