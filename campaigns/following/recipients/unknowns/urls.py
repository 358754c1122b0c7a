"""Addresses below ``campaigns/`` of decisions about recipients who are unknown or wait."""

from django.urls import path

from . import views, waitingviews

urlpatterns = [
    path("<int:pk>/resolve/", views.ResolvePage.as_view(), name="resolve"),
    path("<int:pk>/resolve/waiting/", waitingviews.WaitingPage.as_view(), name="resolve_waiting"),
]
