"""Push addresses, and pushes as they came."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers import registry, secrets


class PushAddress(models.Model):
    """The secret part of an account's push addresses: looked up by its digest, kept encrypted to be shown to staff."""

    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="push_addresses")
    token_hash = models.CharField(max_length=64, unique=True)
    token_encrypted = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"push address of {self.account_id}"

    @property
    def token(self) -> str:
        return str(secrets.decrypt(self.token_encrypted)["token"])


class PushState(models.TextChoices):
    NEW = "new", _("New")
    APPLIED = "applied", _("Applied")
    WAITING = "waiting", _("Waiting")
    UNREADABLE = "unreadable", _("Unreadable")


class InboundPush(models.Model):
    """The raw record of one push: stored before it is answered, read and applied afterwards.

    A waiting one speaks of something that is not known yet, such as a template whose id is still to come.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.PROTECT, related_name="pushes")
    door = models.CharField(max_length=20)
    content_type = models.CharField(max_length=200, default="", blank=True)
    body = models.BinaryField()
    truncated = models.BooleanField(default=False)
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=PushState, default=PushState.NEW)
    problem = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("push")
        verbose_name_plural = _("pushes")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="new"), name="push_new"),
            models.Index(fields=["received_at"], condition=models.Q(state="waiting"), name="push_waiting"),
            models.Index(fields=["account", "-id"], name="push_account"),
        ]

    def __str__(self) -> str:
        return f"push {self.pk}"

    @property
    def door_label(self) -> str:
        """What the gateway calls the door, as a catalog key; the bare name when its folder is gone."""
        try:
            doors = registry.get(self.account.provider).doors
        except registry.UnknownGateway:
            return self.door
        return next((door.label for door in doors if door.name == self.door), self.door)
