"""Addresses below ``campaigns/`` of scheduling."""

from django.urls import path

from . import stepviews, views

urlpatterns = [
    path("<int:pk>/schedule/", stepviews.ScheduleStep.as_view(), name="schedule"),
    path("<int:pk>/another-time/", views.ReschedulePage.as_view(), name="reschedule"),
    path("<int:pk>/unschedule/", views.Unschedule.as_view(), name="unschedule"),
]
