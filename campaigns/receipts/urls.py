"""Addresses below ``receipts/``."""

from django.urls import path

from . import views
from .exporting import ExportReceipts

app_name = "receipts"
urlpatterns = [
    path("unmatched/", views.UnmatchedReceipts.as_view(), name="unmatched"),
    path("contradicting/", views.ContradictingReceipts.as_view(), name="contradicting"),
    path("refused/<int:pk>/", views.RefusedReceipts.as_view(), name="refused"),
    path("unmatched/export.<slug:kind>", ExportReceipts.as_view(), name="export"),
]
