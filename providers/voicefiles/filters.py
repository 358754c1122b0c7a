"""Filters of the list of voice files."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from providers.accounts.models import Account
from providers.contract.abilities import Ability

from .models import Tag, VoiceFile, VoiceFileCopy
from .rules import formats

ARCHIVED = "archived"


class VoiceFileFilter(filters.FilterSet):
    q = filters.CharFilter(
        label=_("Name, description or file id"),
        method="search",
        widget=forms.TextInput(attrs={"placeholder": _("Name, description or file id")}),
    )
    tag = filters.ModelChoiceFilter(
        label=_("Tag"), field_name="tags", queryset=Tag.objects.all(), empty_label=_("Any tag")
    )
    account = filters.ModelChoiceFilter(
        label=_("Account"),
        method="at_account",
        queryset=lambda request: Account.objects.able_to(Ability.VOICE_FILE),
        empty_label=_("Any account"),
    )
    format = filters.ChoiceFilter(
        label=_("Format"), choices=lambda: [(name, name.upper()) for name in formats()], empty_label=_("Any format")
    )
    show = filters.ChoiceFilter(
        label=_("State"), method="shown", choices=[(ARCHIVED, _("Archived"))], empty_label=_("In use")
    )

    class Meta:
        model = VoiceFile
        fields = ["q", "tag", "account", "format", "show"]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("show") else rows.filter(archived_at=None)

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        with_id = VoiceFileCopy.objects.filter(voice_file=OuterRef("pk"), file_id__icontains=value)
        written = Q(name__icontains=value) | Q(description__icontains=value) | Q(original_name__icontains=value)
        return queryset.filter(written | Exists(with_id))

    def at_account(self, queryset: QuerySet[Any], name: str, value: Account) -> QuerySet[Any]:
        return queryset.filter(Exists(VoiceFileCopy.objects.filter(voice_file=OuterRef("pk"), account=value)))

    def shown(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(archived_at__isnull=False)
