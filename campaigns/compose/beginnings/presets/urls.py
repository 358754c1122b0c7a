"""Addresses below ``campaigns/`` of presets."""

from django.urls import path

from . import views

urlpatterns = [
    path("presets/", views.PresetList.as_view(), name="presets"),
    path("presets/<int:pk>/begin/", views.BeginWithPreset.as_view(), name="begin_with_preset"),
    path("presets/<int:pk>/name/", views.RenamePage.as_view(), name="rename_preset"),
    path("presets/<int:pk>/delete/", views.DeletePreset.as_view(), name="delete_preset"),
    path("<int:pk>/preset/", views.KeepPage.as_view(), name="keep_preset"),
]
