"""Addresses below ``retention/``."""

from django.urls import path

from . import views

app_name = "retention"
urlpatterns = [
    path("", views.RetentionPage.as_view(), name="settings"),
    path("erase/", views.ErasePage.as_view(), name="erase"),
    path("erase/<int:pk>/again/", views.EraseAgain.as_view(), name="erase_again"),
]
