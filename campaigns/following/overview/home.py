"""The first page: what runs, what waits for somebody, what to do next."""

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.counters import selectors
from campaigns.models import Campaign, Receipt
from campaigns.models.statuses import LIVE_STATES, CampaignState
from notifyadmin.web.actions import Action, allowed
from notifyadmin.web.views import Page
from providers.models import Account, AccountState, InboundPush, PushState

from .views import VIEW

SHOWN = 8


class OverviewPage(Page):
    permission_required = VIEW
    template_name = "campaigns/following/overview/home.html"
    title = _("Overview")

    def get_actions(self) -> tuple[Action, ...]:
        return (Action(_("New campaign"), reverse("campaigns:new"), "campaigns.add_campaign", primary=True),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        by_state = _by_state()
        context = super().get_context_data(**kwargs) | {
            "by_state": by_state,
            "campaign_total": sum(number for *_rest, number in by_state),
            "live": _with_counts(_in(*LIVE_STATES, CampaignState.SCHEDULED)),
            "late": list(_recent(_in(CampaignState.SCHEDULED).filter(late=True))),
            "unapproved": list(_recent(_in(CampaignState.PENDING_APPROVAL).select_related("approval_asked_by"))),
            "drafts": list(_recent(_in(CampaignState.DRAFT))),
            "ended": _with_counts(_in(CampaignState.FINISHED, CampaignState.CANCELLED)),
            "paused_accounts": list(Account.objects.filter(state=AccountState.PAUSED)),
            "unmatched": Receipt.objects.filter(recipient=None).count(),
            "unreadable": InboundPush.objects.filter(state=PushState.UNREADABLE).count(),
        }
        return context if context["campaign_total"] else context | {"empty": self._empty()}

    def _empty(self) -> dict[str, Any]:
        user = self.request.user
        if not Account.objects.usable().exists():
            text = _("Begin with an account: the credentials that a provider gave you.")
            action = Action(_("Add the first account"), reverse("providers:accounts:choose"), "providers.add_account")
        else:
            text = _("Choose what is said and to whom, look at it, then start.")
            action = Action(_("Compose the first campaign"), reverse("campaigns:new"), "campaigns.add_campaign")
        main = Action(action.label, action.url, action.permission, primary=True)
        return {"title": _("Nothing here yet"), "text": text, "actions": allowed([main], user)}


def _by_state() -> list[tuple[str, str, int]]:
    found = dict(Campaign.objects.listed().order_by().values_list("state").annotate(n=Count("id")))
    return [(state.value, str(state.label), found[state]) for state in CampaignState if found.get(state)]


def _in(*states: CampaignState) -> Any:
    return Campaign.objects.listed().filter(state__in=states)


def _recent(rows: Any) -> Any:
    return rows.select_related("account").order_by("-id")[:SHOWN]


def _with_counts(rows: Any) -> list[tuple[Campaign, Any]]:
    campaigns = list(_recent(rows))
    tallies = selectors.tallies_of([campaign.pk for campaign in campaigns])
    return [(campaign, selectors.counts(tallies[campaign.pk])) for campaign in campaigns]
