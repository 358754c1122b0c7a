"""Submissions: requests to a provider, written down before they are made."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SubmissionState(models.TextChoices):
    INTENT = "intent", _("Written down")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused")
    UNKNOWN = "unknown", _("Unknown")
    NOT_SENT = "not_sent", _("Not sent")
    LOST = "lost", _("Not in the backup")


class Submission(models.Model):
    """One request for one or many recipients of a chunk.

    ``reference`` travels to the provider. ``positions`` are the recipients' positions as ranges ("1-200,205").
    ``token`` is the lease under which it was written. An intent without an outcome after its lease is unknown.
    ``late`` marks an outcome that came after the lease was lost: evidence only, it moved nobody.
    One that is LOST stands for all requests that may have left between ``started_at`` and ``finished_at``, which a
    restored backup does not know; its ``reference`` never travelled.
    ``request`` and ``response`` are redacted and bounded by the gateway.
    """

    reference = models.CharField(max_length=40, unique=True)
    campaign = models.ForeignKey("Campaign", on_delete=models.CASCADE, related_name="submissions")
    chunk = models.ForeignKey("Chunk", on_delete=models.CASCADE, related_name="submissions")
    token = models.PositiveIntegerField()
    positions = models.TextField()
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=SubmissionState, default=SubmissionState.INTENT)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True)
    http_status = models.PositiveIntegerField(default=0)
    operation = models.CharField(max_length=60, default="", blank=True)
    code = models.CharField(max_length=40, default="", blank=True)
    raw = models.CharField(max_length=300, default="", blank=True)
    words = models.TextField(default="", blank=True)
    request = models.TextField(default="", blank=True)
    response = models.TextField(default="", blank=True)
    late = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [models.Index(fields=["campaign"], condition=Q(state="intent"), name="submission_in_flight")]

    def __str__(self) -> str:
        return self.reference
