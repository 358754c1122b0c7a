"""The states of campaigns and recipients: word, label and colour in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.contract.statuses import FailureClass


class CampaignState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PENDING_APPROVAL = "pending_approval", _("Waiting for approval")
    SCHEDULED = "scheduled", _("Scheduled")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    CANCELLING = "cancelling", _("Cancelling")
    CANCELLED = "cancelled", _("Cancelled")
    FINISHED = "finished", _("Finished")


LIVE_STATES = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.CANCELLING)
"""Sending has begun and is not over."""

ENDED_STATES = (CampaignState.FINISHED, CampaignState.CANCELLED)
"""Nothing is sent any more; receipts may still come."""

WAITING = _("Waiting")
"""What a scheduled campaign is called that would run if what it needs at the provider were there."""


class RecipientState(models.TextChoices):
    """In the order of a recipient's life; the order of the bar on the campaign page."""

    DELIVERED = "delivered", _("Delivered")
    UNDELIVERED = "undelivered", _("Undelivered")
    REJECTED = "rejected", _("Rejected")
    UNKNOWN = "unknown", _("Unknown")
    EXPIRED = "expired", _("Expired")
    SUBMITTED = "submitted", _("Submitted")
    SUBMITTING = "submitting", _("Submitting")
    HELD = "held", _("Held")
    PENDING = "pending", _("Pending")
    SKIPPED = "skipped", _("Skipped")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_STATES = (
    RecipientState.PENDING,
    RecipientState.HELD,
    RecipientState.SUBMITTING,
    RecipientState.SUBMITTED,
    RecipientState.UNKNOWN,
)
"""States with a next step. A campaign with a recipient in one of them is not finished."""

SENDABLE_STATES = (RecipientState.PENDING, RecipientState.HELD)
"""The only states from which a recipient may be submitted."""

RECEIPT_STATES = (
    RecipientState.PENDING,
    RecipientState.HELD,
    RecipientState.SUBMITTING,
    RecipientState.SUBMITTED,
    RecipientState.UNKNOWN,
    RecipientState.EXPIRED,
    RecipientState.DELIVERED,
    RecipientState.UNDELIVERED,
)
"""States that a matched receipt may settle or correct. Waiting ones are among them: a receipt proves that somebody was
reached after all, and then nobody may be called again."""

NOT_TAKEN_STATES = (RecipientState.REJECTED, RecipientState.SKIPPED, RecipientState.CANCELLED)
"""States that say that nobody was reached, which a receipt that says how it ended disproves; else they stay."""

STATE_COLOURS: dict[str, str] = {
    **{state: state.value for state in RecipientState},
    CampaignState.DRAFT: "pending",
    CampaignState.PENDING_APPROVAL: "held",
    CampaignState.SCHEDULED: "held",
    CampaignState.RUNNING: "submitted",
    CampaignState.PAUSED: "held",
    CampaignState.CANCELLING: "cancelled",
    CampaignState.CANCELLED: "cancelled",
    CampaignState.FINISHED: "delivered",
}
"""State to colour token ``--s-<token>`` of the style sheet."""

ACTIVITY_COLOURS = {
    "started": "submitted",
    "resumed": "submitted",
    "late": "undelivered",
    "auto_paused": "held",
    "account_paused": "held",
    "breaker_opened": "rejected",
    "breaker_closed": "delivered",
    "limit_learned": "expired",
    "resolved": "unknown",
    "sent_again": "submitting",
    "review_overdue": "held",
    "approval_asked": "held",
    "approved": "delivered",
    "approval_refused": "rejected",
    "approval_void": "held",
    "tested": "submitted",
    "list_read": "delivered",
    "suppressed": "skipped",
    "unmatched": "unknown",
    "unreadable": "rejected",
    "spooled": "held",
    "balance_low": "undelivered",
    "counts_off": "rejected",
    "export_failed": "rejected",
    "replayed": "submitted",
    "erased": "skipped",
    "sending_held": "rejected",
    "sending_released": "delivered",
    "restored": "held",
    "not_done": "rejected",
}
"""Kinds of activities to colour tokens; those that are named like a state have its colour."""

FAILURE_LABELS = {
    FailureClass.NONE: "",
    FailureClass.NO_ANSWER: _("No answer"),
    FailureClass.BUSY: _("Line busy"),
    FailureClass.OFF: _("Switched off"),
    FailureClass.UNREACHABLE: _("Cannot be reached"),
    FailureClass.REFUSED: _("Refused by the callee"),
    FailureClass.SUSPENDED: _("Service suspended"),
    FailureClass.NO_SUCH_NUMBER: _("Number does not exist"),
    FailureClass.BARRED: _("Calls barred"),
    FailureClass.NETWORK: _("Network busy"),
    FailureClass.BLACKLISTED: _("On the provider's blacklist"),
    FailureClass.CONTENT: _("Content refused"),
    FailureClass.OTHER: _("Other reason"),
}


class CampaignKind(models.TextChoices):
    """The kinds, by the abilities of the contract."""

    VOICE_FILE = "voice_file", _("Voice file")
    VOICE_TEXT = "voice_text", _("Text to speech")
    VOICE_TEMPLATE = "voice_template", _("Voice template")
    SMS = "sms", _("SMS")
