"""Addresses below ``campaigns/`` of one recipient."""

from django.urls import path

from . import views

urlpatterns = [path("<int:pk>/recipients/<int:position>/", views.RecipientPage.as_view(), name="recipient")]
