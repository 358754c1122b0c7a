"""The prices of an account."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, FormPage
from providers.accounts.installed import installed
from providers.accounts.models import Account

from . import services
from .forms import PriceForm
from .listing import listed
from .models import Price

CHANGE = "providers.change_price"


class PricePage(FormPage[PriceForm]):
    """All prices of an account, and the form for another one."""

    permission_required = CHANGE
    template_name = "providers/accounts/prices/page.html"
    submit_label = _("Set the price")
    success_message = _("The price is set. Estimates use it from now on.")

    @cached_property
    def account(self) -> Account:
        account = get_object_or_404(Account, pk=self.kwargs["pk"])
        installed(account.provider)
        return account

    def get_title(self) -> str:
        return gettext("Prices of %(account)s") % {"account": self.account.name}

    def get_crumbs(self) -> list[Crumb]:
        own_page = reverse("providers:accounts:detail", args=[self.account.pk])
        return [(_("Accounts"), reverse("providers:accounts:list")), (self.account.name, own_page)]

    def get_form(self, form_class: Any = None) -> PriceForm:
        return PriceForm(self.account, **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        """The currency of the last price, or of the balance, so that it need not be typed again."""
        last = self.account.prices.order_by("-changed_at").first()
        unit = self.account.balance_unit
        currency = last.currency if last else unit if len(unit) == 3 and unit.isalpha() else ""
        return {"currency": currency.upper()}

    def save(self, form: PriceForm) -> str:
        services.set_price(self.account, **form.cleaned_data, user=self.request.user)
        return reverse("providers:prices:page", args=[self.account.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"account": self.account, "prices": listed(self.account)}


class RemovePrice(ActionView[Price]):
    """Take a price away; what it was for has none then."""

    permission_required = CHANGE
    model = Price
    success_message = _("The price is removed.")

    def perform(self, request: StaffRequest) -> None:
        price = self.get_object()
        self.account_id = price.account_id
        services.remove(price)

    def get_success_url(self) -> str:
        return reverse("providers:prices:page", args=[self.account_id])
