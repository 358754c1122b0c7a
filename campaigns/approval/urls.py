"""Addresses below ``campaigns/`` of approvals."""

from django.urls import path

from . import views

urlpatterns = [
    path("<int:pk>/approval/ask/", views.AskApproval.as_view(), name="ask_approval"),
    path("<int:pk>/approval/back/", views.TakeBack.as_view(), name="take_back"),
    path("<int:pk>/approval/decide/", views.Decide.as_view(), name="decide"),
]
