"""The page of one recipient: on the screen, and on paper as evidence."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Recipient
from campaigns.text import placeholders
from notifyadmin.web.phones import grouped
from notifyadmin.web.views import Page

from . import timeline


class RecipientPage(Page):
    """What happened to one recipient, with the evidence."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/following/evidence/recipient.html"

    @cached_property
    def recipient(self) -> Recipient:
        related = ("submission", "list_file__created_by", "campaign__account", "campaign__voice_file")
        rows = Recipient.objects.select_related(*related, "campaign__template", "campaign__test_of")
        return get_object_or_404(rows, campaign=self.kwargs["pk"], position=self.kwargs["position"])

    @property
    def campaign(self) -> Campaign:
        return self.recipient.campaign

    def get_title(self) -> str:
        return grouped(self.recipient.number)

    def get_crumbs(self) -> Any:
        campaign = self.campaign
        own_page = reverse("campaigns:check" if campaign.is_composed else "campaigns:detail", args=[campaign.pk])
        recipients = reverse("campaigns:recipients", args=[campaign.pk])
        return (
            (_("Campaigns"), reverse("campaigns:list")),
            (campaign.name, own_page),
            (_("Recipients"), recipients),
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        recipient, campaign = self.recipient, self.campaign
        columns = [name for name in campaign.columns if name in recipient.variables]
        may_read = self.request.user.has_perm("campaigns.view_reply")
        return super().get_context_data(**kwargs) | {
            "campaign": campaign,
            "recipient": recipient,
            "summary": timeline.summary(recipient),
            "moments": timeline.moments(recipient, with_replies=may_read),
            "variables": [(name, recipient.variables[name]) for name in columns],
            "said": placeholders.pieces(campaign.text, recipient.variables),
            "printed_at": timezone.now(),
            "neighbours": [
                (_("Previous"), recipient.position - 1 if recipient.position > 1 else 0),
                (_("Next"), recipient.position + 1 if recipient.position < campaign.total else 0),
            ],
        }
