"""Addresses below ``activity/``."""

from django.urls import path

from . import views
from .exporting import ExportActivity

app_name = "activity"
urlpatterns = [
    path("", views.ActivityList.as_view(), name="list"),
    path("export.<slug:kind>", ExportActivity.as_view(), name="export"),
    path("<int:pk>/done/", views.Done.as_view(), name="done"),
]
