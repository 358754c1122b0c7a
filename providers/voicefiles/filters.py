"""Filters of the list of voice files."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from providers.accounts.models import Account
from providers.contract.abilities import Ability

from .models import VoiceFile

ARCHIVED = "archived"


class VoiceFileFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("Name or file id"),
        method="search",
        widget=forms.TextInput(attrs={"placeholder": _("Name or file id")}),
    )
    account = filters.ModelChoiceFilter(
        label=_("Account"),
        field_name="copies__account",
        queryset=lambda request: Account.objects.able_to(Ability.VOICE_FILE),
        empty_label=_("Any account"),
    )
    show = filters.ChoiceFilter(
        label=_("State"), method="shown", choices=[(ARCHIVED, _("Archived"))], empty_label=_("In use")
    )

    class Meta:
        model = VoiceFile
        fields = ["q", "account", "show"]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("show") else rows.filter(archived_at=None)

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(name__icontains=value) | Q(copies__file_id__icontains=value)).distinct()

    def shown(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(archived_at__isnull=False)
