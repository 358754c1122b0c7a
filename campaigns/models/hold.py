"""That nothing is sent at all: since when, why, until when; and what was done after a restored backup."""

from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class HoldCause(models.TextChoices):
    PERSON = "person", _("A person")
    SETTING = "setting", _("A setting of the installation")
    BEHIND = "behind", _("The database is behind what was sent")
    IDENTITY = "identity", _("Another database")
    FOREIGN_REFERENCE = "foreign_reference", _("A receipt of a request that is not here")
    RESTORED = "restored", _("A restored backup")
    UNWRITTEN = "unwritten", _("What leaves cannot be written down")


class Hold(models.Model):
    """All sending is held ``since`` then. At most one is open; the others are kept as history.

    No intent is written while one is open: the statement that writes intents asks for it.
    """

    is_open = models.BooleanField(default=True)
    since = models.DateTimeField(default=timezone.now)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("hold of all sending")
        verbose_name_plural = _("holds of all sending")
        ordering = ["-id"]
        default_permissions = ()
        permissions = [
            ("hold_sending", "Can hold all sending"),
            ("release_sending", "Can release sending that is held"),
        ]
        constraints = [models.UniqueConstraint(fields=["is_open"], condition=Q(is_open=True), name="hold_open_once")]

    def __str__(self) -> str:
        return f"held since {self.since}"

    @property
    def told(self) -> "Sequence[HoldReason]":
        """Its reasons, the first one first; none are in a database of which the setting holds all sending yet."""
        return list(self.reasons.all()) if self.pk else ()


class HoldReason(models.Model):
    """Why sending is held; the first of a hold is what it began with. ``words`` are packed Words."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="reasons")
    cause = models.CharField(max_length=20, choices=HoldCause)
    words = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["hold", "cause"], name="hold_reason_once")]

    def __str__(self) -> str:
        return self.cause


class Restoration(models.Model):
    """What was done after a backup ``taken_at`` was restored: who may have been sent to between ``since`` (a little
    earlier) and ``until`` became unknown.

    ``by_records`` says that only those did of whom the local records say that they may have been sent to. ``cursor`` is
    the last chunk that is done; whoever goes on begins after it. ``people`` is how many became unknown, ``unplaced``
    how many requests are in the records whose campaign is not in the backup.
    """

    taken_at = models.DateTimeField(unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField(default=timezone.now)
    by_records = models.BooleanField(default=False)
    cursor = models.PositiveBigIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    unplaced = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"backup of {self.taken_at}"


class RestoredListing(models.Model):
    """How far the records of an account's provider were listed for one kind, between the times of a restoration.

    ``read_until`` is up to where this time, ``times`` how often all was listed, ``next_at`` when it begins anew.
    """

    restoration = models.ForeignKey(Restoration, on_delete=models.CASCADE, related_name="listings")
    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    read_until = models.DateTimeField()
    position = models.CharField(max_length=200, default="", blank=True)
    times = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["restoration", "account", "kind"], name="restored_listing_once")]

    def __str__(self) -> str:
        return f"{self.kind} until {self.read_until}"
