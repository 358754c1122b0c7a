"""What staff know about the prices of an account."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PriceUnit(models.TextChoices):
    """What is counted."""

    CALL = "call", _("per answered call")
    MINUTE = "minute", _("per minute begun")
    SEGMENT = "segment", _("per part of a message")


class Price(models.Model):
    """``amount`` in ``currency`` (three letters) for one ``unit`` of what an account sends of one kind.

    ``kind`` is an ability to send. ``country`` is the calling code (digits) of the numbers that it holds for, empty
    for all others.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="prices")
    kind = models.CharField(_("kind"), max_length=16)
    country = models.CharField(_("country code"), max_length=4, default="", blank=True)
    unit = models.CharField(_("unit"), max_length=8, choices=PriceUnit)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["account", "kind", "country"]
        constraints = [models.UniqueConstraint(fields=["account", "kind", "country"], name="price_once")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
