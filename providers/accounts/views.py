"""Pages of accounts."""

from datetime import timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.actions import Action
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, DetailPage, FormPage, ListPage, Page
from providers import registry
from providers.calllog.services import OUTCOME_LABELS
from providers.contract.errors import Balance
from providers.contract.gateway import Gateway

from . import details, labels, limits, services
from .filters import AccountFilter
from .forms import AccountForm
from .installed import installed
from .models import Account, AccountState
from .tables import AccountTable, check_badge, provider_name

VIEW, ADD, CHANGE, TEST = (f"providers.{verb}_account" for verb in ("view", "add", "change", "test"))
RECENT_CALLS = 10
FIRST_TEST_TIME = timedelta(minutes=1)
"""For so long the page of a new account asks for the result of its first test, which a worker makes."""


class AccountList(ListPage[Account]):
    permission_required = VIEW
    model = Account
    table_class = AccountTable
    filterset_class = AccountFilter
    title = _("Accounts")
    intro = _("Our credentials at the providers that carry calls and messages.")
    empty_title = _("No account yet")
    empty_text = _("An account holds the credentials that a provider gave you. Campaigns are sent through it.")
    empty_action = (_("Add the first account"), "providers:accounts:choose", ADD)

    def get_actions(self) -> list[Action]:
        return [Action(_("Add account"), reverse("providers:accounts:choose"), ADD, primary=True)]


class ProviderChoice(Page):
    permission_required = ADD
    template_name = "providers/accounts/choose.html"
    title = _("Which provider is the account at?")

    def get_crumbs(self) -> list[Crumb]:
        return [(_("Accounts"), reverse("providers:accounts:list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cards = [(gateway, labels.kinds(gateway), labels.services(gateway)) for gateway in registry.all_gateways()]
        return super().get_context_data(**kwargs) | {"cards": cards}


class AccountFormPage(FormPage[AccountForm]):
    form_class = AccountForm
    template_name = "providers/accounts/form.html"

    @property
    def account(self) -> Account | None:
        """The account that is edited; None for a new one."""
        return None

    def get_gateway(self) -> Gateway:
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"gateway": self.get_gateway(), "account": self.account}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"gateway": self.get_gateway()}

    def values(self, form: AccountForm) -> dict[str, Any]:
        names = ("name", "credentials", "settings", "receipt_wait_hours", "limits")
        return {name: form.cleaned_data[name] for name in names}


class AccountCreate(AccountFormPage):
    permission_required = ADD
    submit_label = _("Add account")
    success_message = _(
        "Account added. Its connection is being tested; the result appears on this page. Next: its push address."
    )
    cancel_url = "providers:accounts:choose"

    def get_gateway(self) -> Gateway:
        return installed(self.kwargs["provider"])

    def get_title(self) -> str:
        return gettext("New account at %(provider)s") % {"provider": self.get_gateway().name}

    def get_crumbs(self) -> list[Crumb]:
        accounts = (_("Accounts"), reverse("providers:accounts:list"))
        return [accounts, (_("Provider"), reverse("providers:accounts:choose"))]

    def save(self, form: AccountForm) -> str:
        account = services.create_account(provider=self.get_gateway().slug, **self.values(form))
        return reverse("providers:accounts:detail", args=[account.pk])


class AccountEdit(AccountFormPage):
    permission_required = CHANGE
    submit_label = _("Save")
    success_message = _("Saved. Campaigns use the new values from their next request on.")
    title = _("Edit account")

    @property
    def account(self) -> Account:
        if not hasattr(self, "_account"):
            self._account = get_object_or_404(Account, pk=self.kwargs["pk"])
        return self._account

    def get_gateway(self) -> Gateway:
        return installed(self.account.provider)

    def get_cancel_url(self) -> str:
        return reverse("providers:accounts:detail", args=[self.account.pk])

    def get_crumbs(self) -> list[Crumb]:
        return [(_("Accounts"), reverse("providers:accounts:list")), (self.account.name, self.get_cancel_url())]

    def save(self, form: AccountForm) -> str:
        services.update_account(self.account, **self.values(form))
        return self.get_cancel_url()


class AccountDetail(DetailPage[Account]):
    permission_required = VIEW
    model = Account
    template_name = "providers/accounts/detail.html"

    def get_crumbs(self) -> list[Crumb]:
        return [(_("Accounts"), reverse("providers:accounts:list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.object
        calls = [(call, OUTCOME_LABELS.get(call.outcome)) for call in account.calls.all()[:RECENT_CALLS]]
        return super().get_context_data(**kwargs) | {
            "provider": provider_name(account),
            "check_badge": check_badge(account),
            "is_archived": account.state == AccountState.ARCHIVED,
            "is_paused": account.state == AccountState.PAUSED,
            "is_being_tested": account.checked_at is None and timezone.now() - account.created_at < FIRST_TEST_TIME,
            "calls": calls,
            "campaign_count": account.campaigns.filter(test_of=None).count(),
            **details.about(account),
        }


class AccountAction(ActionView[Account]):
    permission_required = CHANGE
    model = Account

    def get_success_url(self) -> str:
        return reverse("providers:accounts:detail", args=[self.kwargs["pk"]])


class AccountTest(AccountAction):
    permission_required = TEST

    def perform(self, request: StaffRequest) -> str:
        account = self.get_object()
        installed(account.provider)
        if not isinstance(services.check_connection(account), Balance):
            return ""  # What failed stands on the account's page until a test passes; once is enough.
        return gettext("The provider answered and knows these credentials. Balance: %(balance)s.") % {
            "balance": account.balance_display
        }


class AccountArchive(AccountAction):
    success_message = _("Archived. New campaigns do not offer this account any more; its history stays.")

    def perform(self, request: StaffRequest) -> None:
        services.archive(self.get_object())


class AccountRestore(AccountAction):
    success_message = _("The account is in use again.")

    def perform(self, request: StaffRequest) -> None:
        services.restore(self.get_object())


class AccountResume(AccountAction):
    success_message = _("Resumed. Its campaigns go on with their next request.")

    def perform(self, request: StaffRequest) -> None:
        services.resume(self.get_object())


class LearnedForget(AccountAction):
    success_message = _("Forgotten. The account's own setting holds again, until the provider refuses a number anew.")

    def perform(self, request: StaffRequest) -> None:
        limits.forget(self.get_object(), self.kwargs["name"])
