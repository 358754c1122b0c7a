"""What is kept for following campaigns: moments, rules that held somebody, exports, notices, erasures."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.db.leases import LeasedRow


class RecipientNote(models.Model):
    """A rule that held or skipped a recipient ``at``: one line of the recipient's timeline. ``words`` are packed Words.

    Without a constraint to the recipient: notes are written in bulk by the statement that sets recipients aside.
    """

    recipient = models.ForeignKey(
        "Recipient", on_delete=models.CASCADE, related_name="notes", db_constraint=False, db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=12)
    words = models.TextField(default="", blank=True)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["recipient", "id"], name="note_recipient")]

    def __str__(self) -> str:
        return self.kind


class Movement(models.Model):
    """By how many the count of a campaign's recipients in one state and failure class changed in one minute, with the
    seconds listened and what the provider says that it cost (millionths of ``currency``).

    Like tallies, rows of one minute add up, and all minutes add up to the tallies, except for those who still wait:
    they are only in the tallies. Old minutes of long campaigns are folded into quarters of an hour, which every time
    zone's days consist of. The minute is that of the database's clock.
    """

    campaign = models.ForeignKey(
        "Campaign", on_delete=models.CASCADE, related_name="movements", db_constraint=False, db_index=False
    )
    minute = models.DateTimeField()
    state = models.CharField(max_length=12)
    failure = models.CharField(max_length=16, default="", blank=True)
    currency = models.CharField(max_length=8, default="", blank=True)
    amount = models.BigIntegerField()
    talk_seconds = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["campaign", "minute"], name="movement_campaign_minute"),
            models.Index(fields=["minute"], name="movement_minute"),
        ]

    def __str__(self) -> str:
        return f"{self.minute} {self.state} {self.amount:+d}"


class ExportState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    WRITING = "writing", _("Being written")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")
    REMOVED = "removed", _("Removed")


def new_export_name() -> str:
    """The name of an export's file on disk."""
    return secrets.token_hex(16)


class Export(LeasedRow):
    """A list that is written into a file in the background. ``query`` is the filter as it stood in the address.

    ``listing`` names the list, ``file`` is the name on disk, ``rows`` and ``size`` (bytes) are what was written so far.
    ``seen`` is false as long as its owner is to be told how it ended.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    listing = models.CharField(max_length=30)
    campaign = models.ForeignKey("Campaign", null=True, blank=True, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(max_length=8)
    query = models.TextField(default="", blank=True)
    language = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=40, default="", blank=True)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.WAITING)
    file = models.CharField(max_length=32, default=new_export_name)
    rows = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    words = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    seen = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "state"], condition=models.Q(seen=False), name="export_unseen")]

    def __str__(self) -> str:
        return f"{self.listing} {self.format}"


class ShownColumns(models.Model):
    """The columns that somebody wants to see in a list."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = models.CharField(max_length=30)
    columns = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "listing"], name="columns_once")]

    def __str__(self) -> str:
        return self.listing


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    WEBHOOK = "webhook", _("Webhook")


class Subscription(models.Model):
    """What somebody wants to be told, and where. ``topics`` are classes of the activity list; the address of a webhook
    may hold a secret and is encrypted, beside the key that signs what is sent there. ``failures`` counts the messages
    that were given up since the last that arrived, ``failed_words`` say why."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    address_encrypted = models.TextField(default="", editable=False)
    topics = models.JSONField(default=list)
    language = models.CharField(max_length=12, default="en")
    active = models.BooleanField(_("active"), default=True)
    failures = models.PositiveIntegerField(default=0)
    failed_words = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.channel} {self.user_id}"


class Notice(models.Model):
    """One line of the activity list on its way to one subscription; written with the line, sent afterwards.

    Without ``next_attempt_at`` it is over: it was sent, given up, or nobody needed it any more.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="notices")
    activity = models.ForeignKey("Activity", on_delete=models.CASCADE, related_name="notices")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True, default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "activity"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(next_attempt_at__isnull=False), name="notice_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} to {self.subscription_id}"


class Retention(models.Model):
    """The one row that says after how many days numbers, texts and raw bodies are erased; None keeps them."""

    days = models.PositiveIntegerField(_("days"), null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        permissions = [("erase_number", "Can erase everything about a number")]

    def __str__(self) -> str:
        return str(self.days)
