"""Filters of the list of campaigns."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.statuses import CampaignKind, CampaignState
from providers.models import Account


def _accounts(request: Any) -> QuerySet[Account]:
    return Account.objects.all()


class CampaignFilter(filters.FilterSet):
    name = filters.CharFilter(
        label=_("Name"), lookup_expr="icontains", widget=forms.TextInput(attrs={"placeholder": _("Name")})
    )
    state = filters.ChoiceFilter(label=_("State"), choices=CampaignState, empty_label=_("Any state"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=CampaignKind, empty_label=_("Any kind"))
    account = filters.ModelChoiceFilter(label=_("Account"), queryset=_accounts, empty_label=_("Any account"))

    class Meta:
        model = Campaign
        fields = ["name", "state", "kind", "account"]
