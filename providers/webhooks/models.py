"""Push addresses, and pushes as they came."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers import registry


class PushAddresses(models.QuerySet["PushAddress"]):
    def open(self) -> "PushAddresses":
        """Those that pushes may come through now."""
        still = models.Q(closes_at=None) | models.Q(closes_at__gt=timezone.now())
        return self.filter(still, retired_at=None)


class PushAddress(models.Model):
    """The secret part of an account's push addresses, as its digest: whoever did not copy it needs a new one.

    ``closes_at`` is when it closes by itself, ``retired_at`` when it was closed; ``used_at`` is within a minute of its
    last use.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="push_addresses")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = PushAddresses.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"push address of {self.account_id}"


class PushState(models.TextChoices):
    NEW = "new", _("New")
    APPLIED = "applied", _("Applied")
    WAITING = "waiting", _("Waiting")
    UNREADABLE = "unreadable", _("Unreadable")


class InboundPush(models.Model):
    """The raw record of one push: on the disk before it is answered, stored here and read afterwards.

    ``key`` was made when it came, so that a push is never stored twice out of the journal of the door. A waiting one
    speaks of something that is not known yet, such as a template whose id is still to come.
    """

    key = models.UUIDField(unique=True, null=True, editable=False)
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
            models.Index(fields=["-id"], condition=models.Q(state="unreadable"), name="push_unreadable"),
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
