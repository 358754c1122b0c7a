"""Filters of the list of contact lists."""

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import ContactList


class ContactListFilter(filters.FilterSet):
    name = filters.CharFilter(
        label=_("Name"),
        lookup_expr="icontains",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name")}),
    )
    archived = filters.ChoiceFilter(
        label=_("Archive"),
        choices=(("1", _("Archived")), ("all", _("All"))),
        empty_label=_("In use"),
        method="by_archive",
    )

    class Meta:
        model = ContactList
        fields = ["name", "archived"]

    @property
    def qs(self) -> QuerySet[ContactList]:
        rows: QuerySet[ContactList] = super().qs
        chosen = self.form.cleaned_data.get("archived") if self.form.is_valid() else ""
        return rows if chosen else rows.filter(archived_at=None)

    def by_archive(self, rows: QuerySet[ContactList], name: str, value: str) -> QuerySet[ContactList]:
        return rows.exclude(archived_at=None) if value == "1" else rows
