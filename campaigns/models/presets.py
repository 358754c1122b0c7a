"""What a campaign says and how, kept for the next one."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.statuses import CampaignKind


class Preset(models.Model):
    """Kind, account, content, options and hours of a campaign, without its audience. ``values`` are columns of it."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=CampaignKind)
    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="+")
    values = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("preset")
        verbose_name_plural = _("presets")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
