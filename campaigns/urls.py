"""Addresses of the overview, of campaigns, of receipts and of the activity list."""

from django.urls import include, path

from campaigns.alerts import urls as activity_urls
from campaigns.alerts.notifications import urls as notifications_urls
from campaigns.compose.beginnings.duplicates.urls import urlpatterns as copying
from campaigns.compose.beginnings.presets.urls import urlpatterns as presets
from campaigns.compose.beginnings.resends.urls import urlpatterns as again
from campaigns.compose.schedule.urls import urlpatterns as scheduling
from campaigns.compose.start.approvalurls import urlpatterns as approval
from campaigns.compose.testsends.urls import urlpatterns as trials
from campaigns.compose.urls import urlpatterns as compose
from campaigns.exports import urls as exports_urls
from campaigns.following.archive.urls import urlpatterns as archive
from campaigns.following.evidence.urls import urlpatterns as evidence
from campaigns.following.hold import urls as hold_urls
from campaigns.following.numbers import urls as numbers_urls
from campaigns.following.overview.home import OverviewPage
from campaigns.following.overview.urls import urlpatterns as overview
from campaigns.following.recipients.unknowns.urls import urlpatterns as resolving
from campaigns.following.recipients.urls import urlpatterns as recipients
from campaigns.following.reports import urls as reports_urls
from campaigns.people.contacts import urls as contacts_urls
from campaigns.people.contacts.urls import of_campaigns as contacts
from campaigns.people.suppression import urls as suppression_urls
from campaigns.privacy import urls as retention_urls
from campaigns.receipts import urls as receipts_urls
from campaigns.receipts.replies import urls as replies_urls

_campaigns = (
    [
        path("campaigns/", include([*overview, *compose, *scheduling, *resolving, *again])),
        path("campaigns/", include([*evidence, *approval, *trials, *presets, *copying, *archive, *contacts])),
        path("campaigns/", include(recipients)),
        path("exports/", include(exports_urls)),
        path("activity/", include(activity_urls)),
        path("notifications/", include(notifications_urls)),
        path("numbers/", include(numbers_urls)),
        path("reports/", include(reports_urls)),
        path("receipts/", include(receipts_urls)),
        path("contacts/", include(contacts_urls)),
        path("suppression/", include(suppression_urls)),
        path("replies/", include(replies_urls)),
        path("sending/", include(hold_urls)),
        path("retention/", include(retention_urls)),
    ],
    "campaigns",
)

urlpatterns = [
    path("overview/", OverviewPage.as_view(), name="overview"),
    path("", include(_campaigns)),
]
