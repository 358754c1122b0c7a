"""Buttons that put a campaign away and take it out again."""

from django.utils.translation import gettext_lazy as _

from campaigns.lifecycle import archive
from campaigns.lifecycle.actions import LifeAction


class Archive(LifeAction):
    permission_required = "campaigns.change_campaign"
    service = staticmethod(archive.archive)
    success_message = _("It lies in the archive now: the list of campaigns shows it when you ask for the archive.")


class Unarchive(LifeAction):
    permission_required = "campaigns.change_campaign"
    service = staticmethod(archive.unarchive)
    success_message = _("It is out of the archive again.")
