"""The campaigns application: composing, sending, following."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "campaigns"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        self._register_colours()
        self._register_lists()
        self._register_exports()

    def _register_colours(self) -> None:
        from campaigns.activity.selectors import count_open
        from campaigns.approval import checks  # noqa: F401
        from campaigns.statuses import ACTIVITY_COLOURS, STATE_COLOURS
        from notifyadmin.web import badges, navigation

        badges.register({str(state): colour for state, colour in STATE_COLOURS.items()})
        badges.register(ACTIVITY_COLOURS)
        navigation.count_at("campaigns:activity:list", count_open)

    def _register_lists(self) -> None:
        """What lists are read into, and who is told when an audience changes."""
        from campaigns.approval.guard import note_change
        from campaigns.audience import changes, destinations, sources
        from campaigns.contacts.destination import Contacts
        from campaigns.contacts.taking import take_on
        from campaigns.models import ListPurpose
        from campaigns.suppression.destination import Suppressions

        changes.register(note_change)
        destinations.register(ListPurpose.CONTACTS, Contacts)
        destinations.register(ListPurpose.SUPPRESSION, Suppressions)
        sources.register_contacts(take_on)

    def _register_exports(self) -> None:
        from campaigns.activity import exporting as activity
        from campaigns.contacts import exporting as contacts
        from campaigns.exports import listings
        from campaigns.overview import exporting as overview
        from campaigns.receipts import exporting as receipts
        from campaigns.recipients import exporting as recipients
        from campaigns.reports import exporting as reports
        from campaigns.suppression import exporting as suppression

        rooms = (recipients, receipts, overview, activity, suppression, contacts, reports)
        listings.register(*(room.LISTING for room in rooms))
