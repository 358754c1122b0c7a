"""Addresses of the copies of voice files, and of the lists that accounts have at their providers."""

from django.urls import path

from . import copyviews, fetchviews

urlpatterns = [
    path("fetch/", fetchviews.FetchChoice.as_view(), name="fetch"),
    path("fetch/<int:account>/", fetchviews.FetchedList.as_view(), name="fetched"),
    path("fetch/<int:account>/read/", fetchviews.FetchStart.as_view(), name="fetch-read"),
    path("fetch/<int:account>/take-over/", fetchviews.FetchTakeOver.as_view(), name="fetch-take-over"),
    path("<int:pk>/copies/send/", copyviews.CopiesSend.as_view(), name="send"),
    path("<int:pk>/copies/<int:account>/", copyviews.CopyLine.as_view(), name="copy"),
    path("<int:pk>/copies/<int:account>/send/", copyviews.CopySend.as_view(), name="send-copy"),
    path("<int:pk>/copies/<int:account>/again/", copyviews.CopyTryAgain.as_view(), name="try-again"),
    path("<int:pk>/copies/<int:account>/ask/", copyviews.CopyAsk.as_view(), name="ask"),
]
