"""Filters of the list of pushes."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from .models import InboundPush, PushState


class PushFilter(filters.FilterSet):
    account = filters.ModelChoiceFilter(
        label=_("Account"),
        queryset=lambda request: InboundPush.account.field.related_model._base_manager.all(),
        empty_label=_("Any account"),
    )
    state = filters.ChoiceFilter(label=_("State"), choices=PushState, empty_label=_("Any state"))

    class Meta:
        model = InboundPush
        fields = ["account", "state"]
