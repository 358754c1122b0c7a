"""Filters of the suppression list."""

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from campaigns.models import Suppression, SuppressionReason, SuppressionSource

WHOLE_NUMBER = 10
"""Digits from which a whole number is looked up first, which an index answers."""


def with_number(rows: QuerySet[Suppression], typed: str) -> QuerySet[Suppression]:
    """The rows whose number is, or holds, the digits in *typed*; none where it has no digit."""
    digits = "".join(sign for sign in typed if sign.isdecimal() and sign.isascii())
    if not digits:
        return rows.none()
    if len(digits) >= WHOLE_NUMBER:
        whole = rows.filter(number__in=[digits, f"86{digits}"])
        if whole.exists():
            return whole
    return rows.filter(number__contains=digits)


class SuppressionFilter(filters.FilterSet):
    number = filters.CharFilter(
        label=_("Number or part of it"),
        method="by_number",
        widget=forms.TextInput(
            attrs={"type": "search", "inputmode": "numeric", "placeholder": _("Number or part of it")}
        ),
    )
    reason = filters.ChoiceFilter(label=_("Reason"), choices=SuppressionReason, empty_label=_("Any reason"))
    source = filters.ChoiceFilter(label=_("Source"), choices=SuppressionSource, empty_label=_("Any source"))
    what = filters.ChoiceFilter(
        label=_("Forbidden"),
        choices=(("calls", _("Calls")), ("messages", _("Messages"))),
        empty_label=_("Calls or messages"),
        method="forbidding",
    )

    class Meta:
        model = Suppression
        fields = ["number", "reason", "source", "what"]

    def by_number(self, rows: QuerySet[Suppression], name: str, value: str) -> QuerySet[Suppression]:
        return with_number(rows, value)

    def forbidding(self, rows: QuerySet[Suppression], name: str, value: str) -> QuerySet[Suppression]:
        return rows.filter(**{value: True})
