"""What the check page shows of an approval."""

from dataclasses import dataclass
from typing import Any

from campaigns.lifecycle.approval.digests import digest
from campaigns.lifecycle.approval.guard import composers
from campaigns.lifecycle.approval.limits import reasons
from campaigns.lifecycle.approval.services import PERMISSION
from campaigns.models import Activity, ActivityKind, Campaign
from campaigns.models.statuses import CampaignState
from providers.contract.words import Words

from .forms import DecisionForm

KINDS = (
    *(ActivityKind.APPROVAL_ASKED, ActivityKind.APPROVED),
    *(ActivityKind.APPROVAL_REFUSED, ActivityKind.APPROVAL_VOID),
)


@dataclass(frozen=True, slots=True)
class Card:
    """Where a campaign stands with its approval, as one viewer sees it. ``last`` is the latest line about it."""

    reasons: list[Words]
    is_pending: bool
    is_approved: bool
    is_void: bool
    may_decide: bool
    is_own: bool
    last: Activity | None
    form: DecisionForm

    @property
    def is_needed(self) -> bool:
        """Whether somebody has to be asked before anything can start."""
        return bool(self.reasons) and not self.is_approved and not self.is_pending

    def __bool__(self) -> bool:
        return bool(self.reasons or self.is_pending or self.last)


def card(campaign: Campaign, user: Any, form: DecisionForm | None = None) -> Card:
    """The card of *campaign* (as the database has it) for *user*, with the decision that is being made, if one is."""
    why = reasons(campaign, patient=False)
    is_pending = campaign.state == CampaignState.PENDING_APPROVAL
    approved = campaign.approved_at is not None
    # Most campaigns need no approval, and their page asks nothing about one.
    matters = bool(why) or is_pending or approved
    now = digest(campaign) if is_pending or approved else ""
    is_own = user.pk in composers(campaign)
    return Card(
        reasons=why,
        is_pending=is_pending,
        is_approved=approved and campaign.approval_digest == now,
        is_void=approved and campaign.approval_digest != now,
        may_decide=is_pending and not is_own and user.has_perm(PERMISSION),
        is_own=is_own,
        last=_last(campaign) if matters else None,
        form=form or DecisionForm(initial={"seen": now}),
    )


def _last(campaign: Campaign) -> Activity | None:
    return Activity.objects.select_related("user").filter(campaign=campaign, kind__in=KINDS).order_by("-id").first()
