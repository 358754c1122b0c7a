"""Addresses below ``exports/``."""

from django.urls import path

from . import views

app_name = "exports"
urlpatterns = [
    path("", views.Exports.as_view(), name="list"),
    path("rows/", views.ExportRows.as_view(), name="rows"),
    path("notice/", views.Notice.as_view(), name="notice"),
    path("<int:pk>/file/", views.Download.as_view(), name="file"),
    path("<int:pk>/delete/", views.Delete.as_view(), name="delete"),
]
