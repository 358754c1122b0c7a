"""Addresses of the overview, of campaigns, of receipts and of the activity list."""

from django.urls import include, path

from campaigns.again.urls import urlpatterns as again
from campaigns.approval.urls import urlpatterns as approval
from campaigns.archive.urls import urlpatterns as archive
from campaigns.compose.urls import urlpatterns as compose
from campaigns.contacts.urls import of_campaigns as contacts
from campaigns.copying.urls import urlpatterns as copying
from campaigns.evidence.urls import urlpatterns as evidence
from campaigns.overview.home import OverviewPage
from campaigns.overview.urls import urlpatterns as overview
from campaigns.presets.urls import urlpatterns as presets
from campaigns.recipients.urls import urlpatterns as recipients
from campaigns.resolving.urls import urlpatterns as resolving
from campaigns.scheduling.urls import urlpatterns as scheduling
from campaigns.trials.urls import urlpatterns as trials

_campaigns = (
    [
        path("campaigns/", include([*overview, *compose, *scheduling, *resolving, *again])),
        path("campaigns/", include([*evidence, *approval, *trials, *presets, *copying, *archive, *contacts])),
        path("campaigns/", include(recipients)),
        path("exports/", include("campaigns.exports.urls")),
        path("activity/", include("campaigns.activity.urls")),
        path("notifications/", include("campaigns.notifications.urls")),
        path("numbers/", include("campaigns.numbers.urls")),
        path("reports/", include("campaigns.reports.urls")),
        path("receipts/", include("campaigns.receipts.urls")),
        path("contacts/", include("campaigns.contacts.urls")),
        path("suppression/", include("campaigns.suppression.urls")),
        path("replies/", include("campaigns.replies.urls")),
        path("sending/", include("campaigns.hold.urls")),
        path("retention/", include("campaigns.retention.urls")),
    ],
    "campaigns",
)

urlpatterns = [
    path("overview/", OverviewPage.as_view(), name="overview"),
    path("", include(_campaigns)),
]
