"""Filters of the activity list."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Activity, ActivityKind, Campaign
from providers.models import Account

ATTENTION = (("1", _("Needs attention")),)


def _accounts(request: Any) -> QuerySet[Account]:
    return Account.objects.all()


def _campaigns(request: Any) -> QuerySet[Campaign]:
    return Campaign.objects.real()


class ActivityFilter(filters.FilterSet):
    """By kind, account, campaign (from a campaign's page), and what needs a person."""

    kind = filters.ChoiceFilter(label=_("Kind"), choices=ActivityKind, empty_label=_("Any kind"))
    account = filters.ModelChoiceFilter(label=_("Account"), queryset=_accounts, empty_label=_("Any account"))
    attention = filters.ChoiceFilter(
        label=_("Attention"), choices=ATTENTION, empty_label=_("Everything"), method="needing_attention"
    )
    # A list of all campaigns to choose from would be long; the address names one.
    campaign = filters.ModelChoiceFilter(queryset=_campaigns, widget=forms.HiddenInput)

    class Meta:
        model = Activity
        fields = ["kind", "account", "attention", "campaign"]

    def needing_attention(self, rows: QuerySet[Activity], name: str, value: str) -> QuerySet[Activity]:
        return rows.filter(attention=True, done_at__isnull=True)
