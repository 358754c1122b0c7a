"""The lists of receipts that need a look, for staff."""

from collections.abc import Sequence
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Receipt
from notifyadmin.web.actions import Action
from notifyadmin.web.views import Crumb, ListPage
from providers.models import Account

from .tables import ContradictingTable, UnmatchedTable

VIEW = "campaigns.view_receipt"


def _accounts(request: Any) -> QuerySet[Account]:
    return Account.objects.all()


class UnmatchedFilter(filters.FilterSet):
    account = filters.ModelChoiceFilter(label=_("Account"), queryset=_accounts, empty_label=_("Any account"))

    class Meta:
        model = Receipt
        fields = ["account"]


class UnmatchedReceipts(ListPage[Receipt]):
    """Receipts whose recipient was not found: kept, shown, and tried again by themselves."""

    permission_required = VIEW
    model = Receipt
    table_class = UnmatchedTable
    filterset_class = UnmatchedFilter
    title = _("Unmatched receipts")
    intro = _("What providers reported about recipients that are not known here. They are tried again by themselves.")
    export_url = "campaigns:receipts:export"
    empty_title = _("Every receipt has found its recipient")
    empty_text = _("A receipt that fits nobody would be kept and shown here.")

    def base_queryset(self) -> QuerySet[Receipt]:
        return Receipt.objects.filter(recipient=None).select_related("account")

    def get_actions(self) -> Sequence[Action]:
        return (Action(_("Contradicting receipts"), reverse("campaigns:receipts:contradicting"), VIEW),)


class ContradictingReceipts(ListPage[Receipt]):
    """Receipts about one call that cannot all be true: kept, and decided by rule."""

    permission_required = VIEW
    model = Receipt
    table_class = ContradictingTable
    filterset_class = UnmatchedFilter
    title = _("Contradicting receipts")
    intro = _(
        "What providers said about one call and cannot all be true. Reached counts more than not reached, and of two "
        "reasons the one that was reported first. The recipient's page shows all of them."
    )
    empty_title = _("No receipt contradicts another")
    empty_text = _("Where a provider says both that somebody was reached and that they were not, both are shown here.")

    def base_queryset(self) -> QuerySet[Receipt]:
        contradicting = Receipt.objects.filter(contradicts=True, recipient__isnull=False)
        return contradicting.select_related("account", "recipient__campaign").defer("recipient__variables")

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((_("Unmatched receipts"), reverse("campaigns:receipts:unmatched")),)


class RefusedReceipts(ListPage[Receipt]):
    """Receipts of people of a campaign whom the provider had refused: applied, and a warning to whoever resumes it."""

    permission_required = VIEW
    model = Receipt
    table_class = ContradictingTable
    title = _("Receipts after a refusal")
    intro = _(
        "The provider refused the requests that these people were in, and then reported about them all the same. They "
        "are settled and are not sent to again."
    )
    empty_title = _("No receipt came for anybody who had been refused")
    empty_text = _("Where a provider refuses a request and carries it out after all, its receipts are shown here.")

    @cached_property
    def campaign(self) -> Campaign:
        return get_object_or_404(Campaign, pk=self.kwargs["pk"])

    def base_queryset(self) -> QuerySet[Receipt]:
        after = Receipt.objects.filter(after_refusal=True, recipient__campaign=self.campaign)
        return after.select_related("account", "recipient__campaign").defer("recipient__variables")

    def get_crumbs(self) -> Sequence[Crumb]:
        own_page = reverse("campaigns:detail", args=[self.campaign.pk])
        return ((_("Campaigns"), reverse("campaigns:list")), (self.campaign.name, own_page))
