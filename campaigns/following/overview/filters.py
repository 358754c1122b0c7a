"""Filters of the list of campaigns."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.models.statuses import CampaignKind, CampaignState
from providers.models import Account

ARCHIVED, EVERYTHING = "only", "all"
ARCHIVE = ((ARCHIVED, _("In the archive")), (EVERYTHING, _("Also in the archive")))


def _accounts(request: Any) -> QuerySet[Account]:
    return Account.objects.all()


class CampaignFilter(filters.FilterSet):
    """What lies in the archive is shown to who asks for it."""

    name = filters.CharFilter(
        label=_("Name"), lookup_expr="icontains", widget=forms.TextInput(attrs={"placeholder": _("Name")})
    )
    state = filters.ChoiceFilter(label=_("State"), choices=CampaignState, empty_label=_("Any state"))
    kind = filters.ChoiceFilter(label=_("Kind"), choices=CampaignKind, empty_label=_("Any kind"))
    account = filters.ModelChoiceFilter(label=_("Account"), queryset=_accounts, empty_label=_("Any account"))
    archive = filters.ChoiceFilter(
        label=_("Archive"), choices=ARCHIVE, empty_label=_("Not in the archive"), method="in_archive"
    )

    class Meta:
        model = Campaign
        fields = ["name", "state", "kind", "account", "archive"]

    def in_archive(self, rows: QuerySet[Campaign], name: str, value: str) -> QuerySet[Campaign]:
        return rows.filter(archived_at__isnull=False) if value == ARCHIVED else rows

    def filter_queryset(self, queryset: QuerySet[Campaign]) -> QuerySet[Campaign]:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("archive") else rows.filter(archived_at=None)
