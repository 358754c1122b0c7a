"""Addresses below ``receipts/``."""

from django.urls import path

from . import views

app_name = "receipts"
urlpatterns = [path("unmatched/", views.UnmatchedReceipts.as_view(), name="unmatched")]
