"""The colours of this application's state words."""

from notifyadmin.web import badges

from .accounts.models import AccountState
from .voicetemplates.models import TemplateState
from .webhooks.models import PushState

badges.register(
    {
        AccountState.ACTIVE: "delivered",
        AccountState.PAUSED: "held",
        AccountState.ARCHIVED: "skipped",
        TemplateState.DRAFT: "pending",
        TemplateState.SUBMITTING: "submitting",
        TemplateState.IN_REVIEW: "held",
        TemplateState.APPROVED: "delivered",
        TemplateState.REJECTED: "rejected",
        TemplateState.DELETED: "skipped",
        PushState.NEW: "submitting",
        PushState.APPLIED: "delivered",
        PushState.WAITING: "held",
        PushState.UNREADABLE: "rejected",
        "answered": "delivered",
        "refused": "rejected",
        "not_sent": "undelivered",
    }
)
