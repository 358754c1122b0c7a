"""Addresses of the overview, of campaigns, of receipts and of the activity list."""

from django.urls import include, path

from campaigns.again.urls import urlpatterns as again
from campaigns.compose.urls import urlpatterns as compose
from campaigns.overview.home import OverviewPage
from campaigns.overview.urls import urlpatterns as overview
from campaigns.resolving.urls import urlpatterns as resolving
from campaigns.scheduling.urls import urlpatterns as scheduling

_campaigns = (
    [
        path("campaigns/", include([*overview, *compose, *scheduling, *resolving, *again])),
        path("activity/", include("campaigns.activity.urls")),
        path("receipts/", include("campaigns.receipts.urls")),
    ],
    "campaigns",
)

urlpatterns = [
    path("overview/", OverviewPage.as_view(), name="overview"),
    path("", include(_campaigns)),
]
