"""Filters of the list of accounts."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from providers import registry

from .models import Account, AccountState


class AccountFilter(filters.FilterSet):
    name = filters.CharFilter(
        label=_("Name"), lookup_expr="icontains", widget=forms.TextInput(attrs={"placeholder": _("Name")})
    )
    provider = filters.ChoiceFilter(
        label=_("Provider"),
        empty_label=_("Any provider"),
        choices=lambda: [(gateway.slug, gateway.name) for gateway in registry.all_gateways()],
    )
    state = filters.ChoiceFilter(label=_("State"), choices=AccountState, empty_label=_("In use"))

    class Meta:
        model = Account
        fields = ["name", "provider", "state"]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        # Archived accounts come only when asked for.
        return rows if self.form.cleaned_data.get("state") else rows.exclude(state=AccountState.ARCHIVED)
