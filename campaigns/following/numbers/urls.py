"""Addresses below ``numbers/``."""

from django.urls import path

from . import views

app_name = "numbers"
urlpatterns = [
    path("", views.Find.as_view(), name="find"),
    path("<str:number>/", views.NumberPage.as_view(), name="detail"),
    path("<str:number>/suppress/", views.Suppress.as_view(), name="suppress"),
    path("<str:number>/release/", views.Release.as_view(), name="release"),
]
