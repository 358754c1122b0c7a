"""Addresses of the overview, of campaigns and of receipts."""

from django.urls import include, path

from campaigns.compose.urls import urlpatterns as compose
from campaigns.overview.home import OverviewPage
from campaigns.overview.urls import urlpatterns as overview

_campaigns = (
    [
        path("campaigns/", include([*overview, *compose])),
        path("receipts/", include("campaigns.receipts.urls")),
    ],
    "campaigns",
)

urlpatterns = [
    path("overview/", OverviewPage.as_view(), name="overview"),
    path("", include(_campaigns)),
]
