"""Addresses below ``activity/``."""

from django.urls import path

from . import views

app_name = "activity"
urlpatterns = [path("", views.ActivityList.as_view(), name="list")]
