"""How far asking providers for their records has come, so that it stays gentle whatever is killed meanwhile."""

from django.db import models
from django.utils import timezone


class Inquiry(models.Model):
    """The asking of one account. Nothing is asked before ``next_at``, which also keeps a second worker away.

    While ``kind`` is set, a listing of all records of that kind from ``start`` to ``end`` is being read page by page
    and goes on at ``position``.
    """

    account = models.OneToOneField(
        "providers.Account", on_delete=models.CASCADE, related_name="inquiry", primary_key=True
    )
    next_at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=16, default="", blank=True)
    start = models.DateTimeField(null=True, blank=True)
    end = models.DateTimeField(null=True, blank=True)
    position = models.CharField(max_length=40, default="", blank=True)

    def __str__(self) -> str:
        return f"inquiry of account {self.account_id}"


class Asked(models.Model):
    """How often one recipient was asked for, and when it may be asked for again. Only few ever need it."""

    recipient = models.OneToOneField("Recipient", on_delete=models.CASCADE, related_name="asked", primary_key=True)
    times = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"asked {self.times} times for {self.recipient_id}"
