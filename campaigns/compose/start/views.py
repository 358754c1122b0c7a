"""The page of the check before the start."""

from typing import Any

from campaigns.compose import checks
from campaigns.compose.approval.cards import card as approval_card
from campaigns.compose.base import DraftMixin
from campaigns.compose.checks.pacing import pace
from campaigns.compose.steps.fragments import hears
from campaigns.compose.testsends.cards import card as trial_card
from campaigns.lifecycle.awaiting import awaited
from campaigns.lifecycle.costs.showing import card as cost_card
from campaigns.models.statuses import CampaignState
from notifyadmin.web.views import Page
from notifyadmin.web.words import in_words
from providers.contract.fields import Field

from .confirmation import question


class CheckPage(DraftMixin, Page):
    """Everything that stands against the start, what the first people hear or read, and the start itself."""

    permission_required = "campaigns.view_campaign"
    template_name = "campaigns/compose/check.html"
    step = "check"
    states = (CampaignState.DRAFT, CampaignState.PENDING_APPROVAL)
    changes = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        check = checks.check(self.campaign)
        blocking = checks.blocking(check.items)
        return (
            super().get_context_data(**kwargs)
            | {
                "items": check.items,
                "blocking": blocking,
                "waivable": all(item.waivable for item in blocking),
                "prediction": check.prediction,
                "awaited": awaited(self.campaign),
                "options": self._options(),
                "confirm": question(self.campaign),
                "approval": approval_card(self.campaign, self.request.user),
            }
            | trial_card(self.campaign, self.request.user)
            | hears(self.campaign, self.request.GET.dict())
            | pace(self.campaign)
            | cost_card(check.estimate)
        )

    def _options(self) -> list[tuple[str, Any]]:
        declared = self.campaign.account.gateway.kinds[self.campaign.ability].options
        chosen = self.campaign.options
        return [
            (in_words(option.label), shown_value(option, chosen[option.name]))
            for option in declared
            if option.name in chosen
        ]


def shown_value(option: Field, value: Any) -> str:
    """The chosen value of an option as people read it."""
    label = in_words(dict(option.choices).get(str(value), str(value)))
    return f"{label} {in_words(option.unit)}" if option.unit else label
