"""Pages on which everybody chooses what to be told."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.models import Channel, Subscription
from notifyadmin.web.actions import Action
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb, FormPage, Page, StaffMixin

from . import services
from .channels import SIGNATURE, can_mail
from .forms import SubscriptionForm
from .topics import BY_KEY

VIEW = "campaigns.view_activity"
LIST = "campaigns:notifications:list"
NEW_KEY = "new_notification_key"


class OwnMixin(StaffMixin):
    """Only the viewer's own: nobody sees where others are told."""

    def own(self) -> QuerySet[Subscription]:
        return Subscription.objects.filter(user_id=self.request.user.pk)

    def get_crumbs(self) -> Sequence[Crumb]:
        return ((_("Activity"), reverse("campaigns:activity:list")),)


class Subscriptions(OwnMixin, Page):
    permission_required = VIEW
    template_name = "campaigns/alerts/notifications/list.html"
    title = _("Notifications")

    def get_actions(self) -> Sequence[Action]:
        return (Action(_("Add a notification"), reverse("campaigns:notifications:add"), VIEW, primary=True),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = Count("notices", filter=Q(notices__next_attempt_at__isnull=False))
        rows = self.own().annotate(waiting=waiting, last=Max("notices__sent_at"))
        shown = [
            (row, services.address_shown(row), [BY_KEY[key].label for key in row.topics if key in BY_KEY])
            for row in rows
        ]
        return super().get_context_data(**kwargs) | {
            "subscriptions": shown,
            "can_mail": can_mail(),
            "key": self.request.session.pop(NEW_KEY, ""),
            "header": SIGNATURE,
        }


class Add(OwnMixin, FormPage[SubscriptionForm]):
    permission_required = VIEW
    form_class = SubscriptionForm
    title = _("Add a notification")
    intro = _(
        "What needs a person comes to you, wherever you are. Messages name campaigns and accounts, never numbers."
    )
    submit_label = _("Save")
    success_message = _("Saved. Send a test to see whether it arrives.")
    cancel_url = LIST

    def get_initial(self) -> dict[str, Any]:
        chosen = [key for key in BY_KEY if key not in ("course", "answered", "suppressed")]
        channel = "email" if can_mail() else "webhook"
        return {"address": self.request.user.email if can_mail() else "", "topics": chosen, "channel": channel}

    def save(self, form: SubscriptionForm) -> str:
        self.keep(form, None)
        return reverse(LIST)

    def keep(self, form: SubscriptionForm, subscription: Subscription | None) -> None:
        """Save, and show the key of a new webhook address on the next page only."""
        language = get_language() or "en"
        key = services.save(subscription, self.request.user, language=language, **form.cleaned_data)
        if key:
            self.request.session[NEW_KEY] = key


class Edit(Add):
    title = _("Change a notification")

    @cached_property
    def subscription(self) -> Subscription:
        return get_object_or_404(self.own(), pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        mine = self.subscription
        # What follows the host of a webhook may be a secret, which no page shows again.
        address = services.address_shown(mine) if mine.channel == Channel.EMAIL else ""
        return {"channel": mine.channel, "address": address, "topics": mine.topics, "active": mine.active}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"stored": self.subscription.channel}

    def save(self, form: SubscriptionForm) -> str:
        self.keep(form, self.subscription)
        return reverse(LIST)


class OwnAction(OwnMixin, ActionView[Subscription]):
    permission_required = VIEW
    success_url = LIST

    def get_queryset(self) -> QuerySet[Subscription]:
        return self.own()


class Test(OwnAction):
    success_message = _("The test was taken. Look whether it arrived.")

    def perform(self, request: StaffRequest) -> None:
        services.send_test(self.get_object())


class Remove(OwnAction):
    success_message = _("Removed. Nothing more is sent there.")

    def perform(self, request: StaffRequest) -> None:
        self.get_object().delete()
