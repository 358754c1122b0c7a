"""Addresses below ``campaigns/`` of scheduling."""

from django.urls import path

from . import views

urlpatterns = [
    path("<int:pk>/schedule/", views.SchedulePage.as_view(), name="schedule"),
    path("<int:pk>/unschedule/", views.Unschedule.as_view(), name="unschedule"),
]
