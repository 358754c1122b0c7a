"""Addresses below ``campaigns/`` of drafts."""

from django.urls import path

from campaigns.audience import views as audience

from . import actions, fragments, views

urlpatterns = [
    path("new/", views.NewPage.as_view(), name="new"),
    path("<int:pk>/kind/", views.KindPage.as_view(), name="kind"),
    path("<int:pk>/content/", views.ContentPage.as_view(), name="content"),
    path("<int:pk>/content/example/", fragments.ExampleFragment.as_view(), name="example"),
    path("<int:pk>/audience/", audience.AudiencePage.as_view(), name="audience"),
    path("<int:pk>/audience/clear/", audience.ClearAudience.as_view(), name="clear_audience"),
    path("<int:pk>/audience/bad-rows.csv", audience.ProblemsFile.as_view(), name="bad_rows"),
    path("<int:pk>/check/", views.CheckPage.as_view(), name="check"),
    path("<int:pk>/check/<int:position>/", fragments.HearsFragment.as_view(), name="hears"),
    path("<int:pk>/check/forecast/", fragments.ForecastFragment.as_view(), name="forecast"),
    path("<int:pk>/start/", actions.StartCampaign.as_view(), name="start"),
    path("<int:pk>/delete/", actions.DeleteDraft.as_view(), name="delete"),
]
