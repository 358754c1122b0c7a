"""Addresses of prices, below those of their account."""

from django.urls import path

from . import views

app_name = "prices"
urlpatterns = [
    path("<int:pk>/prices/", views.PricePage.as_view(), name="page"),
    path("prices/<int:pk>/remove/", views.RemovePrice.as_view(), name="remove"),
]
