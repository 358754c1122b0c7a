"""Addresses below ``campaigns/`` of decisions about unknown recipients."""

from django.urls import path

from . import views

urlpatterns = [path("<int:pk>/resolve/", views.ResolvePage.as_view(), name="resolve")]
