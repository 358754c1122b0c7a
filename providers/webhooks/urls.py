"""Addresses of the pages about pushes."""

from django.urls import path

from . import views

app_name = "pushes"
urlpatterns = [
    path("", views.PushList.as_view(), name="list"),
    path("<int:pk>/", views.PushDetail.as_view(), name="detail"),
]
