"""Addresses of voice templates."""

from django.urls import path

from . import views

app_name = "voicetemplates"
urlpatterns = [
    path("", views.TemplateList.as_view(), name="list"),
    path("add/", views.TemplateCreate.as_view(), name="add"),
    path("take-over/", views.TemplateTakeOver.as_view(), name="take-over"),
    path("preview/", views.TemplatePreview.as_view(), name="preview"),
    path("<int:pk>/", views.TemplateDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", views.TemplateEdit.as_view(), name="edit"),
    path("<int:pk>/submit/", views.TemplateSubmit.as_view(), name="submit"),
    path("<int:pk>/back-to-draft/", views.TemplateBackToDraft.as_view(), name="back-to-draft"),
    path("<int:pk>/state/", views.TemplateSetState.as_view(), name="set-state"),
    path("<int:pk>/delete/", views.TemplateDelete.as_view(), name="delete"),
]
