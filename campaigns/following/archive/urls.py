"""Addresses below ``campaigns/`` of the archive."""

from django.urls import path

from . import views

urlpatterns = [
    path("<int:pk>/archive/", views.Archive.as_view(), name="archive"),
    path("<int:pk>/unarchive/", views.Unarchive.as_view(), name="unarchive"),
]
