"""Lists as they come in: files and pasted text, what was found in them, and how they were read last time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifyadmin.db.leases import LeasedRow


class ListPurpose(models.TextChoices):
    AUDIENCE = "audience", _("Audience of a campaign")
    CONTACTS = "contacts", _("Contact list")
    SUPPRESSION = "suppression", _("Suppression list")


class ListState(models.TextChoices):
    UNMAPPED = "unmapped", _("Columns to be checked")
    READING = "reading", _("Being read")
    DONE = "done", _("Read")
    FAILED = "failed", _("Failed")
    STOPPED = "stopped", _("Stopped")


class RowFate(models.TextChoices):
    """Why a row did not become what it was meant to be. Good rows and all of these together are the rows of a list."""

    BAD = "bad", _("Bad")
    DUPLICATE = "duplicate", _("Repeated in the list")
    KNOWN = "known", _("Already there")
    SUPPRESSED = "suppressed", _("On the suppression list")


class ListFile(LeasedRow):
    """A list that was uploaded or pasted, on its way to where it belongs.

    ``stored`` names the file in the folder of lists, ``digest`` is the SHA-256 of its content. ``found`` is what a look
    at it showed (format, encoding, delimiter, sheets, titles, sample rows), ``shape`` a digest of what makes two lists
    alike, ``mapping`` what people said its columns mean, and ``options`` what else they chose for it. ``read`` and
    ``size`` are bytes, ``rows`` counts rows with something in them, without the header; they are the sum of ``good``,
    ``bad``, ``duplicates``, ``known`` and ``suppressed`` at every moment, and a row with several numbers counts once
    for each; ``last_row`` is the last one whose outcome is written down. One worker at a time reads it, under a lease.
    """

    purpose = models.CharField(max_length=12, choices=ListPurpose)
    campaign = models.ForeignKey("Campaign", null=True, blank=True, on_delete=models.CASCADE, related_name="lists")
    contact_list = models.ForeignKey(
        "ContactList", null=True, blank=True, on_delete=models.CASCADE, related_name="files"
    )
    campaign_kind = models.CharField(max_length=16, default="", blank=True)
    stored = models.CharField(max_length=80, default="", blank=True)
    name = models.CharField(_("name"), max_length=200, default="", blank=True)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ListState, default=ListState.UNMAPPED)
    found = models.JSONField(default=dict, blank=True)
    shape = models.CharField(max_length=64, default="", blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    read = models.BigIntegerField(default=0)
    last_row = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    words = models.TextField(default="", blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("list")
        verbose_name_plural = _("lists")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["digest"], name="list_digest"),
            models.Index(fields=["lease_until"], condition=Q(state="reading"), name="list_reading"),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class Mapping(models.Model):
    """What the columns of lists of one shape meant the last time."""

    shape = models.CharField(max_length=64, unique=True)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.shape
