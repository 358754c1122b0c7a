"""Addresses below ``replies/``."""

from django.urls import path

from . import views

app_name = "replies"
urlpatterns = [path("", views.ReplyList.as_view(), name="list")]
