"""Addresses below ``campaigns/`` of drafts."""

from django.urls import path

from .start.actions import StartCampaign
from .start.anyway import StartAnyway
from .start.views import CheckPage
from .steps import actions, contacts, fragments, optionviews, views
from .steps.audience import urlpatterns as audience

urlpatterns = [
    path("new/", views.NewPage.as_view(), name="new"),
    path("<int:pk>/kind/", views.KindPage.as_view(), name="kind"),
    path("<int:pk>/content/", views.ContentPage.as_view(), name="content"),
    path("<int:pk>/content/example/", fragments.ExampleFragment.as_view(), name="example"),
    *audience,
    path("<int:pk>/audience/contacts/", contacts.TakePage.as_view(), name="contacts_take"),
    path("<int:pk>/audience/contacts/count/", contacts.TakeCount.as_view(), name="contacts_count"),
    path("<int:pk>/options/", optionviews.OptionsPage.as_view(), name="options"),
    path("<int:pk>/content/extent/", fragments.ExtentFragment.as_view(), name="extent"),
    path("<int:pk>/check/", CheckPage.as_view(), name="check"),
    path("<int:pk>/check/<int:position>/", fragments.HearsFragment.as_view(), name="hears"),
    path("<int:pk>/check/person/", fragments.HearsFragment.as_view(), name="hears_whom"),
    path("<int:pk>/check/forecast/", fragments.ForecastFragment.as_view(), name="forecast"),
    path("<int:pk>/check/cost/", fragments.CostFragment.as_view(), name="cost"),
    path("<int:pk>/start/", StartCampaign.as_view(), name="start"),
    path("<int:pk>/start-anyway/", StartAnyway.as_view(), name="start_anyway"),
    path("<int:pk>/delete/", actions.DeleteDraft.as_view(), name="delete"),
]
