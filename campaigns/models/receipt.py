"""Receipts: what providers later say."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Receipt(models.Model):
    """One distinct thing a provider said about one recipient; ``times`` counts how often it said it.

    ``fingerprint`` is equal for equal statements. A receipt without recipient is unmatched: kept, shown, tried again.
    ``matched_by`` is "reference", "id" or "number" (number and time together, where a provider echoes nothing of
    ours); ``mismatch`` is set when the id fits but the number does not, and then the receipt moves nobody;
    ``contradicts`` when another receipt about the same recipient says something that cannot be true beside it;
    ``after_refusal`` when the provider had refused the recipient before. ``door`` is the endpoint by whose table
    ``code`` and ``raw`` were read. ``pressed``, ``charged_seconds`` and ``redials`` are those of ReceiptEvent.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.PROTECT, related_name="receipts")
    push = models.ForeignKey("providers.InboundPush", null=True, on_delete=models.SET_NULL, related_name="+")
    fingerprint = models.CharField(max_length=40)
    recipient = models.ForeignKey("Recipient", null=True, blank=True, on_delete=models.CASCADE, related_name="receipts")
    matched_by = models.CharField(max_length=10, default="", blank=True)
    mismatch = models.BooleanField(default=False)
    contradicts = models.BooleanField(default=False)
    after_refusal = models.BooleanField(default=False, db_default=False)
    door = models.CharField(max_length=20, default="", blank=True)
    provider_id = models.CharField(max_length=64, default="", blank=True)
    reference = models.CharField(max_length=64, default="", blank=True)
    number = models.CharField(max_length=20, default="", blank=True)
    verdict = models.CharField(max_length=12)
    failure = models.CharField(max_length=16, default="", blank=True)
    code = models.CharField(max_length=40, default="", blank=True)
    raw = models.CharField(max_length=300, default="", blank=True)
    reason = models.TextField(default="", blank=True)
    talk_seconds = models.PositiveIntegerField(null=True, blank=True)
    pressed = models.CharField(max_length=32, default="", db_default="", blank=True)
    charged_seconds = models.PositiveIntegerField(null=True, blank=True)
    redials = models.PositiveIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    cost = models.CharField(max_length=24, default="", blank=True)
    currency = models.CharField(max_length=8, default="", blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["account", "fingerprint"], name="receipt_once")]
        indexes = [
            models.Index(fields=["account", "id"], condition=Q(recipient__isnull=True), name="receipt_unmatched"),
            models.Index(fields=["account", "id"], condition=Q(contradicts=True), name="receipt_contradicts"),
            models.Index(fields=["recipient"], condition=Q(after_refusal=True), name="receipt_after_refusal"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.provider_id}"


class KeyCount(models.Model):
    """How many of a campaign were found to have pressed the keys ``pressed``, in the quarter of an hour ``at``.

    What is corrected later counts as less in the quarter of the correction, so that all quarters together are the
    recipients of today. Written together with them (:mod:`campaigns.models.keys`): reports need not read them.
    """

    campaign = models.ForeignKey("Campaign", on_delete=models.CASCADE, related_name="key_counts", db_index=False)
    at = models.DateTimeField()
    pressed = models.CharField(max_length=32)
    amount = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "at", "pressed"], name="key_count_once")]
        indexes = [models.Index(fields=["at"], name="key_count_at")]

    def __str__(self) -> str:
        return f"{self.at} {self.pressed} {self.amount:+d}"
