"""What happened that people should know of, and what they themselves did."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ActivityKind(models.TextChoices):
    STARTED = "started", _("Started")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    CANCELLED = "cancelled", _("Cancelled")
    FINISHED = "finished", _("Finished")
    SCHEDULED = "scheduled", _("Scheduled")
    LATE = "late", _("Time passed")
    AUTO_PAUSED = "auto_paused", _("Paused by itself")
    ACCOUNT_PAUSED = "account_paused", _("Account paused")
    BREAKER_OPENED = "breaker_opened", _("Breaker opened")
    BREAKER_CLOSED = "breaker_closed", _("Breaker closed")
    LIMIT_LEARNED = "limit_learned", _("Limit learned")
    RESOLVED = "resolved", _("Unknown resolved")
    SENT_AGAIN = "sent_again", _("Sent again")
    REVIEW_OVERDUE = "review_overdue", _("Review overdue")
    APPROVAL_ASKED = "approval_asked", _("Approval asked for")
    APPROVED = "approved", _("Approved")
    APPROVAL_REFUSED = "approval_refused", _("Approval refused")
    APPROVAL_VOID = "approval_void", _("Approval void")
    TESTED = "tested", _("Test sent")
    LIST_READ = "list_read", _("List read")
    SUPPRESSED = "suppressed", _("Opted out")
    UNKNOWN = "unknown", _("Unknown recipients")
    UNMATCHED = "unmatched", _("Unmatched receipts")
    UNREADABLE = "unreadable", _("Unreadable pushes")
    SPOOLED = "spooled", _("Pushes not in the database")
    BALANCE_LOW = "balance_low", _("Low balance")
    COUNTS_OFF = "counts_off", _("Counts did not agree")
    EXPORT_FAILED = "export_failed", _("Export failed")
    REPLAYED = "replayed", _("Pushes read again")
    ERASED = "erased", _("Erased")
    SENDING_HELD = "sending_held", _("Sending held")
    SENDING_RELEASED = "sending_released", _("Sending released")
    RESTORED = "restored", _("Backup restored")
    NOT_DONE = "not_done", _("Could not be done")


class Activity(models.Model):
    """One line of the activity list. ``words`` are packed Words, ``raw`` the provider's own.

    ``user`` is who did it, None for what happened by itself; ``attention`` marks what needs a person. ``positions`` are
    the positions of the recipients that were decided about, as ranges ("1-200,205"). ``subject`` is what a matter is
    about ("paused:12"), so that it is listed once, and empty once it is over; ``amount`` is how many it is about.
    ``done_at`` says since when it needs nobody, ``done_by`` who said so: then it keeps its subject as long as its
    cause stays.
    """

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20, choices=ActivityKind)
    attention = models.BooleanField(default=False)
    # Their indexes are below: the list is leafed through by account and by campaign.
    account = models.ForeignKey(
        "providers.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    campaign = models.ForeignKey(
        "Campaign", null=True, blank=True, on_delete=models.CASCADE, related_name="activities", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.TextField()
    raw = models.CharField(max_length=300, default="", blank=True)
    positions = models.TextField(default="", blank=True)
    subject = models.CharField(max_length=60, default="", blank=True)
    amount = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=~Q(subject=""), name="activity_subject_once")
        ]
        indexes = [
            models.Index(fields=["-id"], condition=Q(attention=True, done_at__isnull=True), name="activity_open"),
            models.Index(fields=["kind", "-id"], name="activity_kind"),
            models.Index(fields=["account", "-id"], name="activity_account"),
            models.Index(fields=["campaign", "-id"], name="activity_campaign"),
        ]

    def __str__(self) -> str:
        return self.kind
