"""Filters of the list of replies."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Reply
from providers.models import Account


def _accounts(request: Any) -> QuerySet[Account]:
    return Account.objects.all()


def _campaigns(request: Any) -> QuerySet[Campaign]:
    return Campaign.objects.all()


class ReplyFilter(filters.FilterSet):
    """By number or text, by what was asked for, by account, and by campaign (from a campaign's page)."""

    find = filters.CharFilter(
        label=_("Number or words"),
        method="found",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Number or words")}),
    )
    stops = filters.ChoiceFilter(
        label=_("Meaning"),
        choices=(("1", _("Means stop")), ("0", _("Anything else"))),
        empty_label=_("All replies"),
        method="meaning",
    )
    account = filters.ModelChoiceFilter(label=_("Account"), queryset=_accounts, empty_label=_("Any account"))
    campaign = filters.ModelChoiceFilter(
        field_name="recipient__campaign", queryset=_campaigns, widget=forms.HiddenInput
    )

    class Meta:
        model = Reply
        fields = ["find", "stops", "account", "campaign"]

    def found(self, rows: QuerySet[Reply], name: str, value: str) -> QuerySet[Reply]:
        digits = "".join(sign for sign in value if sign.isdecimal() and sign.isascii())
        is_number = digits and all(sign.isdecimal() or sign in "+-() " for sign in value)
        return rows.filter(number__contains=digits) if is_number else rows.filter(text__icontains=value.strip())

    def meaning(self, rows: QuerySet[Reply], name: str, value: str) -> QuerySet[Reply]:
        return rows.filter(stops=value == "1")
