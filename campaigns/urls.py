"""Addresses of the overview, of campaigns, of receipts and of the activity list."""

from django.urls import include, path

from campaigns.activity import urls as activity_urls
from campaigns.again.urls import urlpatterns as again
from campaigns.approval.urls import urlpatterns as approval
from campaigns.archive.urls import urlpatterns as archive
from campaigns.compose.urls import urlpatterns as compose
from campaigns.contacts import urls as contacts_urls
from campaigns.contacts.urls import of_campaigns as contacts
from campaigns.copying.urls import urlpatterns as copying
from campaigns.evidence.urls import urlpatterns as evidence
from campaigns.exports import urls as exports_urls
from campaigns.hold import urls as hold_urls
from campaigns.notifications import urls as notifications_urls
from campaigns.numbers import urls as numbers_urls
from campaigns.overview.home import OverviewPage
from campaigns.overview.urls import urlpatterns as overview
from campaigns.presets.urls import urlpatterns as presets
from campaigns.receipts import urls as receipts_urls
from campaigns.recipients.urls import urlpatterns as recipients
from campaigns.replies import urls as replies_urls
from campaigns.reports import urls as reports_urls
from campaigns.resolving.urls import urlpatterns as resolving
from campaigns.retention import urls as retention_urls
from campaigns.scheduling.urls import urlpatterns as scheduling
from campaigns.suppression import urls as suppression_urls
from campaigns.trials.urls import urlpatterns as trials

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
