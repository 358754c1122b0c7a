"""Outbound calls other than submissions: balance, templates, connection tests. Redacted by the gateway."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProviderCall(models.Model):
    """One request that we made and what came of it; ``seconds`` from sending to the end of the answer."""

    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="calls")
    operation = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)
    seconds = models.FloatField(default=0)
    http_status = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=20)
    words = models.TextField(default="", blank=True)
    request = models.TextField(default="", blank=True)
    response = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = _("provider call")
        verbose_name_plural = _("provider calls")
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "-id"], name="call_account")]

    def __str__(self) -> str:
        return f"{self.operation} {self.outcome}"
