"""Addresses below ``campaigns/`` of approvals."""

from django.urls import path

from . import approval

urlpatterns = [
    path("<int:pk>/approval/ask/", approval.AskApproval.as_view(), name="ask_approval"),
    path("<int:pk>/approval/back/", approval.TakeBack.as_view(), name="take_back"),
    path("<int:pk>/approval/decide/", approval.Decide.as_view(), name="decide"),
]
