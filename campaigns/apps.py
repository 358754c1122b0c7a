"""The campaigns application: composing, sending, following."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        from campaigns.activity.selectors import count_open
        from campaigns.approval import checks  # noqa: F401
        from campaigns.statuses import ACTIVITY_COLOURS, STATE_COLOURS
        from notifyadmin.web import badges, navigation

        badges.register({str(state): colour for state, colour in STATE_COLOURS.items()})
        badges.register(ACTIVITY_COLOURS)
        navigation.count_at("campaigns:activity:list", count_open)
