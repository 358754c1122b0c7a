"""The list of unmatched receipts, for staff."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Receipt
from notifyadmin.web.views import ListPage
from providers.models import Account

from .tables import UnmatchedTable


def _accounts(request: Any) -> QuerySet[Account]:
    return Account.objects.all()


class UnmatchedFilter(filters.FilterSet):
    account = filters.ModelChoiceFilter(label=_("Account"), queryset=_accounts, empty_label=_("Any account"))

    class Meta:
        model = Receipt
        fields = ["account"]


class UnmatchedReceipts(ListPage):
    """Receipts whose recipient was not found: kept, shown, and tried again by themselves."""

    permission_required = "campaigns.view_receipt"
    model = Receipt
    table_class = UnmatchedTable
    filterset_class = UnmatchedFilter
    title = _("Unmatched receipts")
    intro = _("What providers reported about recipients that are not known here. They are tried again by themselves.")
    empty_title = _("Every receipt has found its recipient")
    empty_text = _("A receipt that fits nobody would be kept and shown here.")

    def base_queryset(self) -> QuerySet[Receipt]:
        return Receipt.objects.filter(recipient=None).select_related("account")
