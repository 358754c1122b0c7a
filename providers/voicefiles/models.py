"""Voice files and where they exist."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class VoiceFile(models.Model):
    """A recording that campaigns play. ``file`` is our own copy, empty where only the provider has it."""

    name = models.CharField(_("name"), max_length=120)
    file = models.FileField(upload_to="voice/", blank=True)
    seconds = models.FloatField(_("length (seconds)"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("voice file")
        verbose_name_plural = _("voice files")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name


class VoiceFileCopy(models.Model):
    """The copy of a voice file at one account, under the id that the provider gave it."""

    voice_file = models.ForeignKey(VoiceFile, on_delete=models.CASCADE, related_name="copies")
    account = models.ForeignKey("providers.Account", on_delete=models.PROTECT, related_name="voice_files")
    file_id = models.CharField(_("file id at the provider"), max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voice_file", "account"], name="one_copy_per_account"),
            models.UniqueConstraint(fields=["account", "file_id"], name="one_file_per_id"),
        ]

    def __str__(self) -> str:
        return self.file_id
