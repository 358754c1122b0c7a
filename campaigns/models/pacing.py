"""What an account's campaigns share while they send: one turnstile per account, and the recent uses of a number."""

from django.db import models
from django.utils import timezone


class Gate(models.Model):
    """The turnstile of an account. Every request of every worker passes it under this row's lock.

    ``failures`` counts requests without a usable answer since the last good one; from the account's
    ``breaker_failures`` on the breaker is open until ``open_until``, ``opened`` times in a row by now;
    then one request is ``probing``.
    ``rest_until`` is a pause after the provider refused for a passing reason, ``passing_refusals`` such pauses in a
    row: after each, one request alone tries. ``next_request_at`` is when the next request may leave where the account
    limits requests per second. ``words`` and ``raw`` say why it is closed.
    """

    account = models.OneToOneField("providers.Account", on_delete=models.CASCADE, related_name="gate", primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    opened = models.PositiveSmallIntegerField(default=0)
    open_until = models.DateTimeField(null=True, blank=True)
    probing = models.BooleanField(default=False)
    rest_until = models.DateTimeField(null=True, blank=True)
    passing_refusals = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_request_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(default="", blank=True)
    raw = models.CharField(max_length=300, default="", blank=True)

    def __str__(self) -> str:
        return f"gate of account {self.account_id}"

    @property
    def is_unwell(self) -> bool:
        """Whether the last answers were not all good, so that good ones are news."""
        return bool(self.failures or self.passing_refusals)


class NumberUse(models.Model):
    """When one number was lately submitted by one account: ``recent`` is a list of Unix seconds, oldest first.

    Only the last day counts, and only at accounts whose provider limits how often a number may be called.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.CharField(max_length=15)
    recent = models.JSONField(default=list)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "number"], name="number_use_once")]
        indexes = [models.Index(fields=["used_at"], name="number_use_age")]

    def __str__(self) -> str:
        return self.number


class Pace(models.Model):
    """When the next recipient of a campaign with a rate of its own may leave. Its row's lock makes the rate hold."""

    campaign = models.OneToOneField("Campaign", primary_key=True, on_delete=models.CASCADE, related_name="+")
    next_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.campaign_id)
