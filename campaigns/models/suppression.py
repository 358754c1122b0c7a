"""Numbers that must not be reached, and what people wrote back."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SuppressionReason(models.TextChoices):
    OPT_OUT = "opt_out", _("Opted out")
    DO_NOT_CALL = "do_not_call", _("Do not call")
    COMPLAINT = "complaint", _("Complaint")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    OTHER = "other", _("Other")


class SuppressionSource(models.TextChoices):
    STAFF = "staff", _("Entered by staff")
    IMPORT = "import", _("From a list")
    REPLY = "reply", _("By a reply")


class Suppression(models.Model):
    """A number (digits with country code) that is not reached by ``calls``, by ``messages`` or by both."""

    number = models.CharField(_("number"), max_length=15, unique=True)
    calls = models.BooleanField(_("no calls"), default=True)
    messages = models.BooleanField(_("no messages"), default=True)
    reason = models.CharField(_("reason"), max_length=16, choices=SuppressionReason, default=SuppressionReason.OPT_OUT)
    source = models.CharField(_("source"), max_length=8, choices=SuppressionSource, default=SuppressionSource.STAFF)
    note = models.CharField(_("note"), max_length=300, default="", blank=True)
    list_file = models.ForeignKey(
        "ListFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    row = models.PositiveIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("suppressed number")
        verbose_name_plural = _("suppressed numbers")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.number


class Reply(models.Model):
    """A message that somebody wrote back. ``digest`` makes a repeated push of the same reply harmless.

    ``stops`` says that it asked not to be reached any more; ``recipient`` is who it most likely answers, if known.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="+")
    number = models.CharField(_("number"), max_length=20)
    text = models.TextField(_("text"), default="", blank=True)
    provider_id = models.CharField(max_length=64, default="", blank=True)
    stops = models.BooleanField(default=False)
    recipient = models.ForeignKey(
        "Recipient", null=True, blank=True, on_delete=models.SET_NULL, related_name="replies", db_index=False
    )
    replied_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("reply")
        verbose_name_plural = _("replies")
        ordering = ["-id"]
        indexes = [models.Index(fields=["number"], name="reply_number")]

    def __str__(self) -> str:
        return self.number
