"""Addresses below ``reports/``."""

from django.urls import path

from . import views
from .exporting import ExportReport

app_name = "reports"

urlpatterns = [
    path("", views.ReportPage.as_view(), name="page"),
    path("export.<slug:kind>", ExportReport.as_view(), name="export"),
]
