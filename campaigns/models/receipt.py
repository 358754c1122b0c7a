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
    ``contradicts`` when another receipt about the same recipient says something that cannot be true beside it. ``door``
    is the endpoint by whose table ``code`` and ``raw`` were read.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.PROTECT, related_name="receipts")
    push = models.ForeignKey("providers.InboundPush", null=True, on_delete=models.SET_NULL, related_name="+")
    fingerprint = models.CharField(max_length=40)
    recipient = models.ForeignKey("Recipient", null=True, blank=True, on_delete=models.CASCADE, related_name="receipts")
    matched_by = models.CharField(max_length=10, default="", blank=True)
    mismatch = models.BooleanField(default=False)
    contradicts = models.BooleanField(default=False)
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
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.provider_id}"
