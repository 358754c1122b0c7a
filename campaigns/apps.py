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
        from campaigns.alerts.selectors import count_open
        from campaigns.compose.approval import checks  # noqa: F401
        from campaigns.models.statuses import ACTIVITY_COLOURS, STATE_COLOURS
        from notifyadmin.web import badges, navigation

        badges.register({str(state): colour for state, colour in STATE_COLOURS.items()})
        badges.register(ACTIVITY_COLOURS)
        navigation.count_at("campaigns:activity:list", count_open)

    def _register_lists(self) -> None:
        """What lists are read into, and who is told when an audience changes."""
        from campaigns.lifecycle.approval.guard import note_change
        from campaigns.models import ListPurpose
        from campaigns.people.audience import changes, destinations, sources
        from campaigns.people.contacts.destination import Contacts
        from campaigns.people.contacts.taking import take_on
        from campaigns.people.suppression.destination import Suppressions

        changes.register(note_change)
        destinations.register(ListPurpose.CONTACTS, Contacts)
        destinations.register(ListPurpose.SUPPRESSION, Suppressions)
        sources.register_contacts(take_on)

    def _register_exports(self) -> None:
        from campaigns.alerts import exporting as activity
        from campaigns.exports import listings
        from campaigns.following.overview import exporting as overview
        from campaigns.following.recipients import exporting as recipients
        from campaigns.following.reports import exporting as reports
        from campaigns.people.contacts import exporting as contacts
        from campaigns.people.suppression import exporting as suppression
        from campaigns.receipts import exporting as receipts

        rooms = (recipients, receipts, overview, activity, suppression, contacts, reports)
        listings.register(*(room.LISTING for room in rooms))
