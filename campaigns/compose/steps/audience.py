"""Lists for the audience of a draft campaign."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from campaigns.compose import stepbar
from campaigns.compose.base import CHANGE, load_campaign
from campaigns.lifecycle.approval.guard import note_change
from campaigns.models import Campaign, ListFile, ListPurpose
from campaigns.people.audience import phones, removing, selectors
from campaigns.people.audience.targets import Target
from campaigns.people.audience.urls import list_urls
from notifyadmin.web.requests import StaffRequest
from notifyadmin.web.views import ActionView, Crumb
from notifyadmin.web.words import in_words
from providers.contract.words import Words, gettext_noop

SHOWN_RECIPIENTS = 8
SENT_BEFORE = gettext_noop(
    "This very list was sent before: with the campaign “%(name)s”, started %(at)s. Go on only if these people are to "
    "be reached a second time."
)


class AudienceTarget(Target):
    """The audience of a campaign. It may be changed while the campaign is a draft."""

    purpose = ListPurpose.AUDIENCE
    view_permission = "campaigns.view_campaign"
    change_permission = CHANGE
    name = "campaigns:audience"
    layout = "campaigns/people/audience/compose.html"
    page_template = "campaigns/people/audience/audience.html"

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign

    @classmethod
    def of(cls, **address: Any) -> "AudienceTarget":
        return cls(load_campaign(address["pk"]))

    @property
    def address(self) -> Sequence[Any]:
        return [self.campaign.pk]

    def new_values(self) -> dict[str, Any]:
        return {"campaign": self.campaign, "campaign_kind": self.campaign.kind}

    def lists(self) -> QuerySet[ListFile]:
        return self.campaign.lists.all()

    def remove(self, list_file: ListFile, user: Any = None) -> str:
        removed = removing.remove_list(list_file)
        text = ngettext(
            "The list is gone, and %(count)s recipient with it.",
            "The list is gone, and %(count)s recipients with it.",
            removed,
        )
        return text % {"count": removed}

    def get_title(self) -> Any:
        return self.campaign.name

    def get_crumbs(self) -> Sequence[Crumb]:
        kind = reverse("campaigns:kind", args=[self.campaign.pk])
        return [(_("Campaigns"), reverse("campaigns:list")), (self.campaign.get_kind_display(), kind)]

    def closed_url(self) -> str:
        return "" if self.campaign.is_draft else reverse("campaigns:detail", args=[self.campaign.pk])

    def changed_by(self, user: Any) -> None:
        note_change(self.campaign.pk, user)

    @cached_property
    def _home(self) -> str:
        return phones.home_country(self.campaign.account.gateway, self.campaign.ability)

    def home(self) -> str:
        return self._home

    def warnings(self, list_file: ListFile) -> Sequence[str]:
        sent = [before for before in selectors.sent_before(self.campaign) if before.digest == list_file.digest]
        return [in_words(told(before)) for before in sent]

    def context(self) -> dict[str, Any]:
        return {"campaign": self.campaign, "steps": stepbar.steps(self.campaign, "audience")}

    def page_context(self) -> dict[str, Any]:
        return {"sample": self._sample(), "number_words": self.campaign.account.gateway.number_words}

    def _sample(self) -> list[dict[str, Any]]:
        """The first recipients with their values in the order of the columns."""
        people = self.campaign.recipients.order_by("position")[:SHOWN_RECIPIENTS]
        columns = self.campaign.columns
        return [
            {"number": person.number, "values": [person.variables.get(name, "") for name in columns]}
            for person in people
        ]


def told(before: selectors.SentBefore) -> Words:
    """The warning, with the time in the viewer's zone."""
    at = date_format(timezone.localtime(before.started_at), "Y-m-d H:i")
    return Words(SENT_BEFORE, {"name": before.campaign_name, "at": at})


class ClearAudience(ActionView[Campaign]):
    """Take everybody out again."""

    permission_required = CHANGE
    model = Campaign
    success_message = _("The audience is empty again.")

    def perform(self, request: StaffRequest) -> None:
        campaign = self.get_object()
        removing.empty_audience(campaign)
        note_change(campaign.pk, request.user)

    def get_success_url(self) -> str:
        return reverse("campaigns:audience", args=[self.kwargs["pk"]])


urlpatterns: list[URLPattern | URLResolver] = [
    path("<int:pk>/audience/", include(list_urls(AudienceTarget))),
    path("<int:pk>/audience/clear/", ClearAudience.as_view(), name="clear_audience"),
]
