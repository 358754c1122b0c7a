"""Kinds of recipients who were not reached, and how many a campaign has of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Tally
from campaigns.models.statuses import FAILURE_LABELS, RecipientState
from providers.contract.statuses import FailureClass

BY_FAILURE = (RecipientState.UNDELIVERED, RecipientState.REJECTED)
WHOLE = (RecipientState.EXPIRED, RecipientState.CANCELLED)
STATES = (*BY_FAILURE, *WHOLE)
"""States from which somebody may be sent to once more. Who is skipped must never be sent to, and whoever still waits
or is unknown has a next step in his own campaign."""

PASSING = {FailureClass.NO_ANSWER, FailureClass.BUSY, FailureClass.OFF, FailureClass.UNREACHABLE, FailureClass.NETWORK}
"""Failures that another hour may not have."""

HINTS: dict[str, Any] = {
    FailureClass.NO_SUCH_NUMBER: _("They will fail again."),
    FailureClass.BLACKLISTED: _("They will most likely fail again, and some providers count it against you."),
    FailureClass.REFUSED: _("They were asked and said no."),
    FailureClass.CONTENT: _("Change the content before the start."),
    RecipientState.EXPIRED: _("They may have been reached without a receipt, and would be reached twice."),
    RecipientState.CANCELLED: _("They were never sent to."),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Recipients in one state, of the failure classes ``failure`` where the state has them."""

    state: str
    failure: str = ""

    @property
    def key(self) -> str:
        return f"{self.state}:{self.failure}"

    @property
    def state_label(self) -> str:
        return str(RecipientState(self.state).label)

    @property
    def label(self) -> str:
        if self.state not in BY_FAILURE:
            return self.state_label
        if not self.failure:
            return str(_("No failure class"))
        return str(FAILURE_LABELS[FailureClass.known(self.failure) or FailureClass.OTHER])

    @property
    def hint(self) -> str:
        return str(HINTS.get(self.failure or self.state, ""))

    @property
    def passing(self) -> bool:
        """Whether trying later is likely to help, so that the page proposes it."""
        return self.state == RecipientState.UNDELIVERED and self.failure in PASSING

    @classmethod
    def of(cls, key: str) -> "Group":
        """What :attr:`key` wrote. Raises ValueError for a state that nobody is sent to again from."""
        state, _colon, failure = key.partition(":")
        if state not in STATES:
            raise ValueError(key)
        return cls(state, failure if state in BY_FAILURE else "")


def counted(campaign: Campaign) -> list[tuple[Group, int]]:
    """The groups that somebody is in, in the order of the states, the largest first."""
    rows = Tally.objects.filter(campaign=campaign, state__in=STATES).order_by()
    return [pair for pair in _summed(rows.values_list("state", "failure").annotate(n=Sum("amount"))) if pair[1]]


def _summed(rows: Iterable[tuple[str, str, int]]) -> list[tuple[Group, int]]:
    sums: dict[Group, int] = {}
    for state, failure, number in rows:
        group = Group.of(f"{state}:{failure}")
        sums[group] = sums.get(group, 0) + number
    return sorted(sums.items(), key=lambda pair: (STATES.index(RecipientState(pair[0].state)), -pair[1]))
