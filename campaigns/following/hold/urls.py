"""Addresses below ``sending/``."""

from django.urls import path

from . import views

app_name = "hold"
urlpatterns = [
    path("", views.SendingPage.as_view(), name="page"),
    path("release/", views.ReleasePage.as_view(), name="release"),
]
