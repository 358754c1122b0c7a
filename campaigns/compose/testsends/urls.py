"""Addresses below ``campaigns/`` of tests."""

from django.urls import path

from . import views

urlpatterns = [
    path("<int:pk>/tests/", views.TrialPage.as_view(), name="tests"),
    path("<int:pk>/tests/state/", views.TrialsFragment.as_view(), name="tests_state"),
]
