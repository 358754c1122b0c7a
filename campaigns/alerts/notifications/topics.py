"""The classes of the activity list that somebody can choose to be told of."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from campaigns.models import ActivityKind


@dataclass(frozen=True, slots=True)
class Topic:
    """A class of the activity list. ``quotes`` says that its sentences may be told outside: none of them names a
    person, a number or what somebody wrote."""

    key: str
    label: Any
    kinds: tuple[ActivityKind, ...]
    quotes: bool = True


TOPICS = (
    Topic("unknown", _("Unknown recipients"), (ActivityKind.UNKNOWN,)),
    Topic(
        "paused",
        _("Paused campaigns and accounts"),
        (ActivityKind.AUTO_PAUSED, ActivityKind.ACCOUNT_PAUSED, ActivityKind.PAUSED),
    ),
    # What staff wrote as a reason may name a person.
    Topic(
        "held",
        _("All sending held or released, backups restored"),
        (ActivityKind.SENDING_HELD, ActivityKind.SENDING_RELEASED, ActivityKind.RESTORED),
        quotes=False,
    ),
    Topic("late", _("Schedules whose time passed"), (ActivityKind.LATE,)),
    Topic("failing", _("Failing accounts"), (ActivityKind.BREAKER_OPENED, ActivityKind.BREAKER_CLOSED)),
    Topic("balance", _("Low balance"), (ActivityKind.BALANCE_LOW,)),
    Topic("review", _("Overdue reviews"), (ActivityKind.REVIEW_OVERDUE,)),
    Topic(
        "receipts",
        _("Unmatched receipts and unreadable pushes"),
        (ActivityKind.UNMATCHED, ActivityKind.UNREADABLE, ActivityKind.SPOOLED),
    ),
    Topic("counts", _("Counts that did not agree"), (ActivityKind.COUNTS_OFF,)),
    Topic("exports", _("Failed exports"), (ActivityKind.EXPORT_FAILED,)),
    Topic("not_done", _("What could not be done by itself"), (ActivityKind.NOT_DONE,)),
    Topic("approval", _("Approval asked for"), (ActivityKind.APPROVAL_ASKED,), quotes=False),
    Topic(
        "answered",
        _("Approved, refused or void"),
        (ActivityKind.APPROVED, ActivityKind.APPROVAL_REFUSED, ActivityKind.APPROVAL_VOID),
        quotes=False,
    ),
    Topic(
        "course",
        _("Started, finished or cancelled"),
        (ActivityKind.STARTED, ActivityKind.FINISHED, ActivityKind.CANCELLED),
    ),
    Topic("suppressed", _("Changes of the suppression list"), (ActivityKind.SUPPRESSED,), quotes=False),
)
BY_KEY = {topic.key: topic for topic in TOPICS}
_BY_KIND = {kind: topic for topic in TOPICS for kind in topic.kinds}


def topic_of(kind: str) -> Topic | None:
    """The class that a kind of line belongs to; None for what nobody is told of."""
    return _BY_KIND.get(ActivityKind(kind)) if kind in ActivityKind.values else None
