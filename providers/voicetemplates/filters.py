"""Filters of the list of voice templates."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from providers.accounts.models import Account
from providers.contract.abilities import Ability

from .models import TemplateState, VoiceTemplate


class TemplateFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("Text, name or id"),
        method="search",
        widget=forms.TextInput(attrs={"placeholder": _("Text, name or id")}),
    )
    account = filters.ModelChoiceFilter(
        label=_("Account"),
        queryset=lambda request: Account.objects.able_to(Ability.REVIEWS_TEMPLATES),
        empty_label=_("Any account"),
    )
    state = filters.ChoiceFilter(choices=TemplateState, widget=forms.HiddenInput)

    class Meta:
        model = VoiceTemplate
        fields = ["q", "account", "state"]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        # Deleted templates come only when asked for.
        return rows if self.form.cleaned_data.get("state") else rows.exclude(state=TemplateState.DELETED)

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        wanted = value.strip().lstrip("#")
        return queryset.filter(Q(text__icontains=wanted) | Q(name__icontains=wanted) | Q(provider_id=wanted))


def state_counts(filterset: filters.FilterSet) -> dict[str, int]:
    """How many templates each state would show under the other filters."""
    others = {name: value for name, value in filterset.form.cleaned_data.items() if name != "state" and value}
    rows = VoiceTemplate.objects.order_by()
    for name, value in others.items():
        rows = filterset.filters[name].filter(rows, value)
    return dict(rows.values_list("state").annotate(Count("pk")))
