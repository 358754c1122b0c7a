"""Addresses below ``notifications/``."""

from django.urls import path

from . import views

app_name = "notifications"
urlpatterns = [
    path("", views.Subscriptions.as_view(), name="list"),
    path("add/", views.Add.as_view(), name="add"),
    path("<int:pk>/", views.Edit.as_view(), name="edit"),
    path("<int:pk>/test/", views.Test.as_view(), name="test"),
    path("<int:pk>/remove/", views.Remove.as_view(), name="remove"),
]
