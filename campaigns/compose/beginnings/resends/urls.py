"""Addresses below ``campaigns/`` of sending again."""

from django.urls import path

from . import views

urlpatterns = [path("<int:pk>/again/", views.AgainPage.as_view(), name="again")]
