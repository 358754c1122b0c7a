"""Erasing everything about one number, as it was asked for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.db.leases import LeasedRow


class ErasureState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ERASING = "erasing", _("Under way")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Erasure(LeasedRow):
    """Everything about one number is to be erased in the background.

    ``number`` is empty once that is done; ``key`` is by what whoever knows the number finds it then. ``step`` and
    ``cursor`` say how far it has come: steps that are done, and the last row that the one under way has looked at.
    The amounts are what was erased so far, ``words`` why it failed.
    """

    number = models.CharField(max_length=15, default="", blank=True)
    key = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    suppression = models.BooleanField(default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=10, choices=ErasureState, default=ErasureState.WAITING)
    words = models.TextField(default="", blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    cursor = models.PositiveBigIntegerField(default=0)
    recipients = models.PositiveIntegerField(default=0)
    pushes = models.PositiveIntegerField(default=0)
    replies = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="erasure_once")]
        indexes = [models.Index(fields=["key", "-id"], name="erasure_key")]

    def __str__(self) -> str:
        return f"erasure {self.key}"
