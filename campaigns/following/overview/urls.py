"""Addresses below ``campaigns/`` of the list and of campaigns that were started."""

from django.urls import path

from campaigns.lifecycle import actions

from . import views
from .exporting import ExportCampaigns

urlpatterns = [
    path("", views.CampaignList.as_view(), name="list"),
    path("export.<slug:kind>", ExportCampaigns.as_view(), name="export"),
    path("<int:pk>/", views.CampaignPage.as_view(), name="detail"),
    path("<int:pk>/progress/", views.Progress.as_view(), name="progress"),
    path("<int:pk>/rows/", views.Rows.as_view(), name="rows"),
    path("<int:pk>/pause/", actions.Pause.as_view(), name="pause"),
    path("<int:pk>/resume/", actions.Resume.as_view(), name="resume"),
    path("<int:pk>/cancel/", actions.Cancel.as_view(), name="cancel"),
]
