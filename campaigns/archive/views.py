"""Buttons that put a campaign away and take it out again."""

from django.utils.translation import gettext_lazy as _

from campaigns.overview.actions import LifeAction

from . import services


class Archive(LifeAction):
    permission_required = "campaigns.change_campaign"
    service = staticmethod(services.archive)
    success_message = _("It lies in the archive now: the list of campaigns shows it when you ask for the archive.")


class Unarchive(LifeAction):
    permission_required = "campaigns.change_campaign"
    service = staticmethod(services.unarchive)
    success_message = _("It is out of the archive again.")
