"""What an alert is about, as in ``Activity.subject``: the family of its condition and a key, ``paused:12``."""

from campaigns.models import ActivityKind

PAUSED, LATE, APPROVAL, UNKNOWN = "paused", "late", "approval", "unknown"
ACCOUNT, BREAKER, BALANCE, UNMATCHED, UNREADABLE = "account", "breaker", "balance", "unmatched", "unreadable"
REVIEW, EXPORT, SPOOLED, ERASURE = "review", "export", "spooled", "erasure"
START, RECOUNT, AGE = "start", "recount", "age"
"""What failed with one campaign: starting at its time, counting it anew, and erasing it by its age."""

RETURNED = "returned"
"""A draft that came back to its composer: without its approval, or because what it waited for will not come."""

HOLD = "hold"
"""That all sending is held; its key is 0."""

_OF_CAMPAIGN = {
    ActivityKind.PAUSED: PAUSED,
    ActivityKind.AUTO_PAUSED: PAUSED,
    ActivityKind.LATE: LATE,
    ActivityKind.APPROVAL_ASKED: APPROVAL,
    ActivityKind.APPROVAL_REFUSED: RETURNED,
    ActivityKind.APPROVAL_VOID: RETURNED,
    ActivityKind.SCHEDULED: RETURNED,
}
_OF_ACCOUNT = {ActivityKind.ACCOUNT_PAUSED: ACCOUNT, ActivityKind.BREAKER_OPENED: BREAKER}

_ENDED_OF_CAMPAIGN = {
    ActivityKind.RESUMED: (PAUSED,),
    ActivityKind.CANCELLED: (PAUSED, LATE, APPROVAL, RETURNED, START),
    ActivityKind.STARTED: (LATE, APPROVAL, RETURNED, START),
    ActivityKind.SCHEDULED: (RETURNED, START),
    ActivityKind.APPROVAL_ASKED: (RETURNED,),
    ActivityKind.APPROVED: (APPROVAL, RETURNED),
    ActivityKind.APPROVAL_REFUSED: (APPROVAL,),
    ActivityKind.APPROVAL_VOID: (APPROVAL,),
}


def subject_of(kind: ActivityKind, campaign_id: int | None, account_id: int | None) -> str:
    """The subject of an event of *kind*; empty for what is no alert."""
    if kind == ActivityKind.SENDING_HELD:
        return subject(HOLD, 0)
    if campaign_id and kind in _OF_CAMPAIGN:
        return subject(_OF_CAMPAIGN[kind], campaign_id)
    if account_id and kind in _OF_ACCOUNT:
        return subject(_OF_ACCOUNT[kind], account_id)
    return ""


def ended_by(kind: ActivityKind, campaign_id: int | None, account_id: int | None) -> list[str]:
    """The subjects that an event of *kind* ends."""
    if kind == ActivityKind.SENDING_RELEASED:
        return [subject(HOLD, 0)]
    if account_id and kind == ActivityKind.BREAKER_CLOSED:
        return [subject(BREAKER, account_id)]
    return [subject(family, campaign_id) for family in _ENDED_OF_CAMPAIGN.get(kind, ())] if campaign_id else []


def subject(family: str, key: int) -> str:
    return f"{family}:{key}"


def parts(text: str) -> tuple[str, int]:
    """Family and key of a subject; an empty family for what is none."""
    family, _colon, key = text.partition(":")
    return (family, int(key)) if key.isascii() and key.isdigit() else ("", 0)
