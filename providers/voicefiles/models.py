"""Voice files and where they exist."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A word by which staff find recordings."""

    name = models.CharField(_("name"), max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VoiceFile(models.Model):
    """A recording that campaigns play. ``file`` is our own copy, empty where only the provider has it.

    ``original_name`` is what it was called where it was uploaded from, ``size`` its bytes, ``format`` its suffix
    without dot, ``sample_rate`` in hertz, ``digest`` the SHA-256 of its content in hexadecimal digits.
    """

    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), max_length=1000, default="", blank=True)
    tags = models.ManyToManyField(Tag, related_name="voice_files", blank=True, verbose_name=_("tags"))
    file = models.FileField(upload_to="voice/", blank=True)
    original_name = models.CharField(max_length=255, default="", blank=True)
    format = models.CharField(_("format"), max_length=8, default="", blank=True)
    size = models.PositiveBigIntegerField(_("size (bytes)"), null=True, blank=True)
    seconds = models.FloatField(_("length (seconds)"), null=True, blank=True)
    sample_rate = models.PositiveIntegerField(_("sample rate (Hz)"), null=True, blank=True)
    channels = models.PositiveSmallIntegerField(_("channels"), null=True, blank=True)
    digest = models.CharField(max_length=64, default="", blank=True, db_index=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("voice file")
        verbose_name_plural = _("voice files")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~models.Q(digest=""), name="one_file_per_content")
        ]

    def __str__(self) -> str:
        return self.name


class CopyState(models.TextChoices):
    WAITING = "waiting", _("To be sent")
    SENDING = "sending", _("Sending")
    UNCLEAR = "unclear", _("Unclear")
    THERE = "there", _("There")
    FAILED = "failed", _("Failed")


class VoiceFileCopy(models.Model):
    """The copy of a voice file at one account.

    ``file_id`` is what the provider gave it, empty until it is there; ``remote_name`` the name under which it was or
    will be sent, which no other file of the account ever had. ``words`` and ``raw`` tell why it failed or what is
    unclear. ``started_at`` is when the request that has no answer yet began, ``asked`` how often its list was asked
    for since. ``next_attempt_at`` is when a worker has something to do, NULL when none has.
    """

    voice_file = models.ForeignKey(VoiceFile, on_delete=models.CASCADE, related_name="copies")
    account = models.ForeignKey("providers.Account", on_delete=models.PROTECT, related_name="voice_files")
    file_id = models.CharField(_("file id at the provider"), max_length=200, default="", blank=True)
    state = models.CharField(_("state"), max_length=8, choices=CopyState, default=CopyState.THERE)
    remote_name = models.CharField(max_length=64, default="", blank=True)
    words = models.TextField(default="", blank=True)
    raw = models.TextField(default="", blank=True)
    asked = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["voice_file", "account"], name="one_copy_per_account"),
            models.UniqueConstraint(
                fields=["account", "file_id"], condition=~models.Q(file_id=""), name="one_file_per_id"
            ),
            models.UniqueConstraint(
                fields=["account", "remote_name"], condition=~models.Q(remote_name=""), name="one_file_per_remote_name"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="there") | ~models.Q(file_id=""), name="what_is_there_has_an_id"
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(next_attempt_at__isnull=False), name="copy_due")
        ]

    def __str__(self) -> str:
        return self.file_id


class FileList(models.Model):
    """How far the reading of an account's list of voice files is.

    ``fetched_at`` is when the last complete reading began. While one is under way ``next_attempt_at`` is when it is
    due, or until when a worker has it, and ``page`` of ``pages`` were read. ``words`` and ``raw`` tell why it failed.
    """

    account = models.OneToOneField("providers.Account", on_delete=models.CASCADE, related_name="file_list")
    page = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    words = models.TextField(default="", blank=True)
    raw = models.TextField(default="", blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.account)


class FetchedFile(models.Model):
    """One entry of an account's list, as it was when it was last read."""

    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="fetched_files")
    file_id = models.CharField(max_length=200)
    name = models.CharField(max_length=255, default="", blank=True)
    fetched_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["account", "file_id"], name="one_entry_per_id")]
        indexes = [models.Index(fields=["account", "name", "id"], name="fetched_by_name")]

    def __str__(self) -> str:
        return self.name
