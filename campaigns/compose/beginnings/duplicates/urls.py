"""Addresses below ``campaigns/`` of duplicates."""

from django.urls import path

from . import views

urlpatterns = [path("<int:pk>/duplicate/", views.DuplicatePage.as_view(), name="duplicate")]
